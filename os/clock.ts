/** The real clock. */
import { checkTimeout } from "../core/checks.ts";
import type { Clock } from "../core/clock.ts";

/** The longest that a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** Real time, from the start of the process on. */
export class RealClock implements Clock {
  readonly #cell = new Int32Array(new SharedArrayBuffer(4));

  /** Milliseconds since the process started; never goes back. */
  now(): number {
    return performance.now();
  }

  /** Blocks this isolate. */
  pause(ms: number): void {
    Atomics.wait(this.#cell, 0, 0, checkTimeout(ms));
  }

  /** Waits while the event loop goes on. A timer takes 1 ms and more; a turn of the loop, some microseconds. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const deadline = this.now() + checkTimeout(ms);
    signal?.throwIfAborted();
    if (ms === 0) return await new Promise((resolve) => setImmediate(resolve));
    for (let left = ms; left > 0; left = deadline - this.now()) await timer(left, signal);
  }
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(finish, Math.min(Math.ceil(ms), LONGEST_MS));
    signal?.addEventListener("abort", finish);
    function finish(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    }
  });
}
