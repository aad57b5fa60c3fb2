/** Waiting for interrupts, and counting them. */
import type { Clock, Interrupts, Vector } from "../../mod.ts";
import { rest } from "../turn.ts";

/** How long to watch. */
export interface WatchOptions {
  /** Interrupts after which it ends; undefined: none. */
  readonly count: number | undefined;
  /** Milliseconds after which it ends; undefined: never. */
  readonly timeoutMs: number | undefined;
  /** Ends it with an error. */
  readonly signal: AbortSignal;
}

/** Interrupts of a vector that came together. */
export interface Arrival {
  readonly vector: number;
  /** How many since the last time. */
  readonly count: number;
  /** How many of this vector so far. */
  readonly total: number;
  /** Milliseconds since the watch began. */
  readonly ms: number;
}

/** A vector is told so often at most: those that come faster add up. */
const REST_MS = 50;

/** Watches all vectors at once. @returns How many interrupts came. */
export async function watchVectors(
  clock: Clock,
  { vectors }: Interrupts,
  { count = Infinity, timeoutMs, signal }: WatchOptions,
  tell: (arrival: Arrival) => void,
): Promise<number> {
  const start = clock.now();
  const end = timeoutMs === undefined ? Infinity : start + timeoutMs;
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  let all = 0;
  await Promise.all(vectors.map(pump));
  signal.throwIfAborted();
  return all;

  async function pump(vector: Vector): Promise<void> {
    let total = 0;
    try {
      while (all < count) {
        const came = await vector.wait({ signal: either, timeoutMs: left() });
        if (came === 0) return;
        all += came;
        total += came;
        tell({ vector: vector.index, count: came, total, ms: clock.now() - start });
        if (left() === 0) return;
        if (all < count) await rest(clock, Math.min(REST_MS, left()), either);
      }
      done.abort();
    } catch (error) {
      if (!either.aborted) throw error;
    }
  }

  function left(): number {
    return Math.max(0, end - clock.now());
  }
}
