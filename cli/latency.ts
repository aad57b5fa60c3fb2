/** Times that were measured, in a line and in JSON. */
import { formatTime } from "../views/mod.ts";
import type { LatencyHistogram } from "../views/mod.ts";
import type { Json } from "./json.ts";

/** The percentiles that are told. */
const PERCENTILES = [50, 90, 99, 99.9] as const;

/** Writes percentiles down: "p50 5.8 µs  p90 7.1 µs  p99 23 µs  max 80 µs". */
export function latencyText(times: LatencyHistogram): string {
  const percentiles = PERCENTILES.map((percent) => `p${percent} ${formatTime(times.percentile(percent))}`);
  return [`min ${formatTime(times.min)}`, ...percentiles, `max ${formatTime(times.max)}`].join("  ");
}

/** Percentiles in nanoseconds, for JSON; null where nothing was measured. */
export function latencyDocument(times: LatencyHistogram): Json {
  if (times.count === 0) return null;
  return {
    count: times.count,
    unit: "ns",
    min: times.min,
    mean: times.mean,
    ...Object.fromEntries(PERCENTILES.map((percent) => [`p${percent}`, times.percentile(percent)])),
    max: times.max,
  };
}
