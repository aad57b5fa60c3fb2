/** Firing vectors through the kernel: all from there on up is in order when they arrive. */
import type { Clock, Vector } from "../../mod.ts";
import { LatencyHistogram } from "../../views/mod.ts";
import type { Context } from "../context.ts";
import { rest } from "../turn.ts";

const TIMEOUT_MS = 1000;
/** Blocks so long at a time, at most: then the event loop hears of Ctrl-C. */
const TURN = 500;

/** What a loopback came to. */
export interface Loopback {
  readonly times: LatencyHistogram;
  readonly triggered: number;
  readonly arrived: number;
}

/** Fires a vector over and over, and measures until each arrives. Ends early when one does not. */
export async function loopback(
  context: Pick<Context, "signal" | "progress">,
  clock: Clock,
  vector: Pick<Vector, "trigger" | "waitSync">,
  count: number,
): Promise<Loopback> {
  const times = new LatencyHistogram("interrupt loopback");
  const { signal } = context;
  using progress = context.progress("Firing", count);
  for (let triggered = 1; triggered <= count; triggered++) {
    const start = clock.now();
    vector.trigger();
    if (vector.waitSync(TIMEOUT_MS) === 0) return { times, triggered, arrived: times.count };
    times.record(Math.round((clock.now() - start) * 1e6));
    progress.done = triggered;
    if (triggered % TURN === 0) await rest(clock, 1, signal);
  }
  return { times, triggered: count, arrived: times.count };
}
