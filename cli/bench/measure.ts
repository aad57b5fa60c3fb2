/** Measuring how long something takes, over and over. */
import type { Clock } from "../../mod.ts";
import { LatencyHistogram } from "../../views/mod.ts";
import type { Context } from "../context.ts";
import { rest } from "../turn.ts";

/** Milliseconds in which the event loop gets no turn, at most. */
const TURN_MS = 50;
const CALIBRATIONS = 1000;
const NS = 1e6;

/** Tells what looking at the clock costs itself, in nanoseconds: the half of all looks take no longer. */
export function clockOverhead(clock: Clock): number {
  const times = new LatencyHistogram();
  for (let i = 0; i < CALIBRATIONS; i++) {
    const start = clock.now();
    times.record(Math.round((clock.now() - start) * NS));
  }
  return times.percentile(50);
}

/** What is measured, and how often. */
export interface Measurement {
  readonly clock: Clock;
  readonly count: number;
  /** Taken off each time, in nanoseconds. */
  readonly overheadNs: number;
}

/** Measures steps that follow each other, a histogram each. @param steps Names with what they do. */
export async function measure(
  context: Pick<Context, "signal" | "progress">,
  { clock, count, overheadNs }: Measurement,
  steps: Readonly<Record<string, () => void>>,
): Promise<LatencyHistogram[]> {
  const measured = Object.entries(steps).map(([name, step]) => ({ step, times: new LatencyHistogram(name) }));
  const { signal } = context;
  using progress = context.progress("Measuring", count);
  let turn = clock.now();
  for (let i = 0; i < count; i++) {
    for (const { step, times } of measured) {
      const start = clock.now();
      step();
      times.record(Math.max(0, Math.round((clock.now() - start) * NS) - overheadNs));
    }
    if (clock.now() - turn < TURN_MS) continue;
    progress.done = i + 1;
    await rest(clock, 1, signal);
    turn = clock.now();
  }
  return measured.map(({ times }) => times);
}
