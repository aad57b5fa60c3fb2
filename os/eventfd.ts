/** Eventfd: a signal of the kernel's. */
import { checkTimeout } from "../core/checks.ts";
import type { Signal, SpinOptions, WaitOptions } from "../core/signal.ts";
import { EAGAIN, EBADF, EFD_CLOEXEC, EFD_NONBLOCK, EINTR, F_SETFL, O_NONBLOCK } from "./constants_data.ts";
import { CLOSED, Descriptor } from "./descriptor.ts";
import { errno, errnoCell, inPlace, libc } from "./libc.ts";
import { Place } from "./place.ts";
import { POLLFD_SIZE, pollTimeout, writePollfd } from "./pollfd.ts";
import { Reactor } from "./reactor.ts";
import { systemError } from "./system_error.ts";

/** Errno is per thread, and so is the reactor: one for each isolate. */
const reactor = new Reactor();

/** Where the kernel puts and takes counts. */
const counter = new Place(8);
const COUNTER_SIZE = 8n;

/** What waits in poll(2). */
const polled = new Place(POLLFD_SIZE);

/**
 * An eventfd.
 *
 * @see Linux, fs/eventfd.c
 */
export class Eventfd extends Descriptor implements Signal {
  /** The last to wait did so for ever, in read(2); whoever comes next and must not sleep changes it back. */
  #sleeps = false;
  readonly #calls = inPlace();
  readonly #errno = errnoCell();

  /** Makes an eventfd. @throws {VfioError} `EMFILE`, `ENFILE` without descriptors. */
  constructor() {
    const fd = libc().eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) throw systemError(errno(), "eventfd", "a signal");
    super(fd, "a signal");
  }

  /** Adds to the counter. */
  notify(count = 1): void {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new TypeError(`Cannot notify ${count} times: an integer of at least 1 is needed`);
    }
    if (this.#sleeps) this.#setSleeping(false);
    counter.u64[0] = BigInt(count);
    if (libc().write(this.fd, counter.u8, COUNTER_SIZE) < 0) {
      throw systemError(errno(), "write", this.subject);
    }
  }

  /** Takes all counts. */
  read(): number {
    if (this.#sleeps) this.#setSleeping(false);
    return this.#take();
  }

  /** Waits while the event loop goes on. */
  async wait(options: WaitOptions = {}): Promise<number> {
    const { timeoutMs = Infinity, signal, spinMs = 0 } = options;
    checkTimeout(timeoutMs);
    checkTimeout(spinMs, "spinMs");
    signal?.throwIfAborted();
    this.#check();
    const deadline = timeoutMs === Infinity ? Infinity : performance.now() + timeoutMs;
    // Who waits already comes first.
    const count = reactor.awaits(this) ? 0 : this.#look(Math.min(spinMs, timeoutMs));
    if (count > 0 || timeoutMs === 0) return count;
    return await reactor.wait(this, deadline, signal);
  }

  /** Waits, blocking this isolate. */
  waitSync(timeoutMs: number, options?: SpinOptions): number {
    checkTimeout(timeoutMs);
    const spinMs = Math.min(checkTimeout(options?.spinMs ?? 0, "spinMs"), timeoutMs);
    this.#check();
    if (timeoutMs === Infinity && spinMs === 0) return this.#sleep();
    const count = this.#look(spinMs);
    if (count > 0 || timeoutMs === spinMs) return count;
    if (timeoutMs === Infinity) return this.#sleep();
    const rest = timeoutMs - spinMs;
    const deadline = performance.now() + rest;
    for (let left = rest; left > 0; left = deadline - performance.now()) {
      // Who has been woken takes the counts at once: the clock is looked at when there are none.
      const count = this.#poll(left);
      if (count > 0) return count;
    }
    return 0;
  }

  /** Closes it; pending waits end with `EBADF`. Again is a no-op. */
  override [Symbol.dispose](): void {
    const fd = this.leave();
    if (fd === CLOSED) return;
    reactor.close(this, fd, this.subject, () => systemError(EBADF, "poll", this.subject, DISPOSED));
  }

  #take(): number {
    while (this.#calls.read(this.fd, counter.pointer, COUNTER_SIZE) < 0) {
      const number = this.#errno[0] ?? 0;
      if (number === EAGAIN) return 0;
      if (number !== EINTR) throw systemError(number, "read", this.subject);
    }
    return (counter.u32[1] ?? 0) * 2 ** 32 + (counter.u32[0] ?? 0);
  }

  /** Takes what is there, or comes within `spinMs` milliseconds. */
  #look(spinMs: number): number {
    let count = this.read();
    if (count > 0 || spinMs === 0) return count;
    const end = performance.now() + spinMs;
    do count = this.read(); while (count === 0 && performance.now() < end);
    return count;
  }

  /** Sleeps until there are counts, at most `timeoutMs`, and takes them. */
  #poll(timeoutMs: number): number {
    writePollfd(polled.u32, 0, this.fd);
    if (this.#calls.poll(polled.pointer, 1n, pollTimeout(timeoutMs)) < 0) {
      const number = this.#errno[0] ?? 0;
      if (number !== EINTR) throw systemError(number, "poll", this.subject);
    }
    return this.#take();
  }

  /** Sleeps in read(2) itself until there are counts, and takes them: who waits for ever needs no poll(2). */
  #sleep(): number {
    if (!this.#sleeps) this.#setSleeping(true);
    return this.#take();
  }

  /** Whether read(2) sleeps while there are no counts. */
  #setSleeping(sleeps: boolean): void {
    if (libc().fcntl(this.fd, F_SETFL, sleeps ? 0 : O_NONBLOCK) < 0) {
      throw systemError(errno(), "fcntl", this.subject);
    }
    this.#sleeps = sleeps;
  }

  #check(): void {
    if (this.closed) throw systemError(EBADF, "poll", this.subject, DISPOSED);
  }
}

const DISPOSED = { detail: "it is disposed of" };
