/** What a decoder gives, as facts to report. */
import type { ReportFact } from "./report_data.ts";

type Plain = string | number | bigint | boolean;

/** Deeper than registers in entries in capabilities nothing is nested. */
const DEEPEST = 4;

/**
 * Makes facts of plain data that a decoder gives: of a register one fact that consists of its fields, of a list a fact for
 * each entry.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { factsFrom } from "@vfio/vfio/views";
 *
 * const decoded = { control: { enable: true, size: 4 }, vectors: 65, sizes: [1, 2], tables: [{ bar: 0 }] };
 * assertEquals(factsFrom(decoded), [
 *   { name: "control", value: [{ name: "enable", value: true }, { name: "size", value: 4 }] },
 *   { name: "vectors", value: 65 },
 *   { name: "sizes", value: "1, 2" },
 *   { name: "tables 0", value: [{ name: "bar", value: 0 }] },
 * ]);
 * ```
 */
export function factsFrom(decoded: object): ReportFact[] {
  return Object.entries(decoded).flatMap(([name, value]) => factsOf(name, value, 0));
}

function factsOf(name: string, value: unknown, depth: number): ReportFact[] {
  if (value === undefined || value === null || depth > DEEPEST) return [];
  if (isPlain(value)) return [{ name, value }];
  if (value instanceof Uint8Array) return [{ name, value: value.toHex() }];
  if (typeof value !== "object") return [];
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== null);
  if (entries.length === 0) return [];
  if (!entries.every(([, entry]) => isPlain(entry))) {
    return entries.flatMap(([key, entry]) => factsOf(`${name} ${key}`, entry, depth + 1));
  }
  if (Array.isArray(value)) return [{ name, value: value.join(", ") }];
  return [{ name, value: entries.map(([key, entry]) => ({ name: key, value: entry })) }];
}

function isPlain(value: unknown): value is Plain {
  return ["string", "number", "bigint", "boolean"].includes(typeof value);
}
