/** A report for programs. */
import { LatencyHistogram } from "./latency_histogram.ts";
import { prepareReport } from "./redaction.ts";
import type { ReportData, ReportOptions } from "./report_data.ts";

/** Grows when a program that reads reports would have to change. */
const SCHEMA_VERSION = 1;

/**
 * Writes a report as JSON, serial numbers taken out ({@linkcode redactReport}) unless they are to stay.
 *
 * Bytes and bigints are hexadecimal text, maps from groups' numbers are objects, and a measurement is its percentiles in
 * nanoseconds.
 */
export function reportJson(data: ReportData, options: ReportOptions = {}): string {
  return JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...prepareReport(data, options) }, plain, 2);
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `0x${value.toString(16)}`;
  if (value instanceof Uint8Array) return value.toHex();
  if (value instanceof Map) return Object.fromEntries(value);
  if (!(value instanceof LatencyHistogram)) return value;
  const { name, count, min, mean, max } = value;
  const [p50, p90, p99, p999] = [50, 90, 99, 99.9].map((percent) => value.percentile(percent));
  return { name, count, min, mean, max, p50, p90, p99, p999 };
}
