/** Eventfd: a signal of the kernel's. */
import { checkTimeout } from "../core/checks.ts";
import type { Signal, WaitOptions } from "../core/signal.ts";
import { EAGAIN, EBADF, EFD_CLOEXEC, EFD_NONBLOCK, EINTR } from "./constants_data.ts";
import { CLOSED, Descriptor } from "./descriptor.ts";
import { errno, inPlace, libc } from "./libc.ts";
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
    counter.u64[0] = BigInt(count);
    if (libc().write(this.fd, counter.u8, COUNTER_SIZE) < 0) {
      throw systemError(errno(), "write", this.subject);
    }
  }

  /** Takes all counts. */
  read(): number {
    while (inPlace().read(this.fd, counter.pointer, COUNTER_SIZE) < 0) {
      const number = errno();
      if (number === EAGAIN) return 0;
      if (number !== EINTR) throw systemError(number, "read", this.subject);
    }
    return (counter.u32[1] ?? 0) * 2 ** 32 + (counter.u32[0] ?? 0);
  }

  /** Waits while the event loop goes on. */
  async wait(options: WaitOptions = {}): Promise<number> {
    const { timeoutMs = Infinity, signal } = options;
    checkTimeout(timeoutMs);
    signal?.throwIfAborted();
    this.#check();
    // Who waits already comes first.
    const count = reactor.awaits(this) ? 0 : this.read();
    if (count > 0 || timeoutMs === 0) return count;
    return await reactor.wait(this, timeoutMs, signal);
  }

  /** Waits, blocking this isolate. */
  waitSync(timeoutMs: number): number {
    checkTimeout(timeoutMs);
    this.#check();
    const count = this.read();
    if (count > 0 || timeoutMs === 0) return count;
    const deadline = performance.now() + timeoutMs;
    for (let left = timeoutMs; left > 0; left = deadline - performance.now()) {
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

  /** Sleeps until there are counts, at most `timeoutMs`, and takes them. */
  #poll(timeoutMs: number): number {
    writePollfd(polled.u32, 0, this.fd);
    if (inPlace().poll(polled.pointer, 1n, pollTimeout(timeoutMs)) < 0) {
      const number = errno();
      if (number !== EINTR) throw systemError(number, "poll", this.subject);
    }
    return this.read();
  }

  #check(): void {
    if (this.closed) throw systemError(EBADF, "poll", this.subject, DISPOSED);
  }
}

const DISPOSED = { detail: "it is disposed of" };
