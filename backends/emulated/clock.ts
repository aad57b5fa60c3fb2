/** The emulated machine's clock. */
import { checkTimeout } from "../../core/checks.ts";
import type { Clock } from "../../core/clock.ts";
import type { EventQueue } from "./event_queue.ts";

/** What it costs to look at the clock: a program that only watches it gets on all the same. */
const LOOK_NS = 1000;
const NS_PER_MS = 1e6;

/** Virtual time as a {@linkcode Clock}. */
export class EmulatedClock implements Clock {
  readonly #queue: EventQueue;

  /** Shows the time of `queue`. */
  constructor(queue: EventQueue) {
    this.#queue = queue;
  }

  /** Milliseconds since the machine was switched on. */
  now(): number {
    this.#queue.tick(LOOK_NS);
    return this.#queue.now / NS_PER_MS;
  }

  /** Lets time pass at once, and runs what falls due meanwhile. */
  pause(ms: number): void {
    checkTimeout(ms);
    this.#queue.runUntil(() => false, this.#queue.now + ms * NS_PER_MS);
  }

  /** Lets time pass once the program has nothing else to do. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    checkTimeout(ms);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const release = this.#queue.hold();
      const timer = ms === Infinity ? undefined : this.#queue.after(ms * NS_PER_MS, () => finish(resolve));
      const abort = () => finish(() => reject(signal?.reason));
      const finish = (settle: () => void) => {
        timer?.cancel();
        signal?.removeEventListener("abort", abort);
        release();
        settle();
      };
      signal?.addEventListener("abort", abort);
    });
  }
}
