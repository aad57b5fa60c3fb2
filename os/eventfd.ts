/** Eventfd: a signal of the kernel's. */
import { checkTimeout } from "../core/checks.ts";
import type { Signal, WaitOptions } from "../core/signal.ts";
import { EAGAIN, EBADF, EFD_CLOEXEC, EFD_NONBLOCK, EINTR, POLLIN } from "./constants_data.ts";
import { CLOSED, Descriptor } from "./descriptor.ts";
import { errno, libc } from "./libc.ts";
import { pollTimeout, Reactor } from "./reactor.ts";
import { systemError } from "./system_error.ts";

/** Errno is per thread, and so is the reactor: one for each isolate. */
const reactor = new Reactor();

/** Where the kernel puts and takes counts. */
const counter = new BigUint64Array(1);

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
    counter[0] = BigInt(count);
    if (libc().write(this.fd, counter, 8n) < 0) throw systemError(errno(), "write", this.subject);
  }

  /** Takes all counts. */
  read(): number {
    while (libc().read(this.fd, counter, 8n) < 0) {
      const number = errno();
      if (number === EAGAIN) return 0;
      if (number !== EINTR) throw systemError(number, "read", this.subject);
    }
    return Number(counter[0]);
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
    const deadline = performance.now() + checkTimeout(timeoutMs);
    this.#check();
    for (;;) {
      const count = this.read();
      if (count > 0 || performance.now() >= deadline) return count;
      // struct pollfd: int fd, short events, short revents
      const set = new Int32Array([this.fd, POLLIN]);
      if (libc().poll(set, 1n, pollTimeout(deadline)) < 0) {
        const number = errno();
        if (number !== EINTR) throw systemError(number, "poll", this.subject);
      }
    }
  }

  /** Closes it; pending waits end with `EBADF`. Again is a no-op. */
  override [Symbol.dispose](): void {
    const fd = this.leave();
    if (fd === CLOSED) return;
    reactor.close(this, fd, this.subject, () => systemError(EBADF, "poll", this.subject, DISPOSED));
  }

  #check(): void {
    if (this.closed) throw systemError(EBADF, "poll", this.subject, DISPOSED);
  }
}

const DISPOSED = { detail: "it is disposed of" };
