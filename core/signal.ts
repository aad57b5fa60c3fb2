/** Signal: what an eventfd is. */
import type { Handle } from "./handle.ts";

/** How to wait. */
export interface SpinOptions {
  /**
   * Milliseconds of the wait in which it looks again and again, before it sleeps. Who is not asleep need not be woken:
   * what comes within that time is seen some microseconds sooner, at the price of a whole processor. The event loop
   * stands still meanwhile, in {@linkcode Signal.wait} too. On virtual time it makes no difference.
   *
   * @default 0
   */
  readonly spinMs?: number;
}

/** How long to wait, how, and what ends the wait early. */
export interface WaitOptions extends SpinOptions {
  /** Milliseconds on the backend's clock after which the wait gives 0. Absent: as long as it takes. */
  readonly timeoutMs?: number;
  /** Cancels the wait: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * A counter that interrupts add to: an eventfd.
 *
 * Guarantees: counts add up and none is lost; a read takes all of them. Any number of waits may be pending;
 * each count goes to exactly one of them, the oldest first.
 *
 * @see Linux, fs/eventfd.c; man eventfd(2)
 */
export interface Signal extends Handle {
  /**
   * Adds to the counter, as a device's interrupt does.
   *
   * @param count How much, at least 1. @default 1
   * @throws {VfioError} `EAGAIN` when the counter would pass 2^64 - 2.
   */
  notify(count?: number): void;
  /** Takes all counts; 0 when there are none (the kernel's EAGAIN). */
  read(): number;
  /**
   * Waits until there are counts and takes them, while the event loop goes on.
   *
   * @returns The counts; 0 when `timeoutMs` passed first.
   * @throws {VfioError} `EBADF` when the signal is, or while waiting gets, disposed of.
   */
  wait(options?: WaitOptions): Promise<number>;
  /**
   * Waits until there are counts and takes them, blocking this isolate. Needs no event loop.
   *
   * @param timeoutMs Milliseconds on the backend's clock, 0 or more. Infinity spares a system call.
   * @returns The counts; 0 when the time passed first.
   */
  waitSync(timeoutMs: number, options?: SpinOptions): number;
}
