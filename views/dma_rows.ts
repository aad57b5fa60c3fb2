/** An address space cut into rows: what lies where, and the gaps between. */
import type { IovaRange } from "../core/iommu_driver.ts";
import type { DmaLayout, MappedRange } from "./fault_text.ts";
import { formatSize } from "./units.ts";

/** What a range is. */
export type DmaKind = "mapping" | "reserved" | "gap" | "outside";

/** A range that is drawn as one. */
export interface DmaRow extends IovaRange {
  /** What it is. */
  readonly kind: DmaKind;
  /** What it is called. */
  readonly name: string;
}

/** More mappings than these are drawn in bundles: nobody reads on. */
const MOST_MAPPINGS = 24;
const MOST_RESERVED = 16;
const LAST_ADDRESS = 2n ** 64n - 1n;

/** Cuts an address space into rows without gaps between, the lowest first. @param limit Its last address. */
export function dmaRows(layout: DmaLayout, limit: bigint): DmaRow[] {
  const reserved = bundle(layout.reserved ?? [], MOST_RESERVED).map((ranges) => ({
    ...spanOf(ranges),
    kind: "reserved" as const,
    name: ranges.length === 1 ? `reserved: ${ranges[0]?.type}` : `${ranges.length} reserved ranges`,
  }));
  const mappings = bundle(layout.mappings, MOST_MAPPINGS).map((ranges) => ({
    ...spanOf(ranges),
    kind: "mapping" as const,
    name: nameOf(ranges),
  }));
  const rows: DmaRow[] = [];
  let next = 0n;
  for (const row of [...reserved, ...mappings].sort(byStart)) {
    // What overlaps what is drawn already, as a mapping in a reserved range that may be relaxed, is drawn as far as it sticks out.
    const start = row.start < next ? next : row.start;
    if (start > row.last) continue;
    if (next < start) rows.push(...gaps(next, start - 1n, layout.ranges));
    rows.push({ ...row, start });
    next = row.last + 1n;
  }
  if (next <= limit) rows.push(...gaps(next, limit, layout.ranges));
  return rows;
}

/** Tells the last address of a space that holds all this: of its valid ranges, or of the next whole number of bits. */
export function lastAddress(layout: DmaLayout, others: readonly bigint[]): bigint {
  const ends = [...layout.mappings, ...layout.reserved ?? []].map(({ last }) => last).concat(others);
  const highest = ends.reduce((high, end) => end > high ? end : high, 0n);
  const valid = (layout.ranges ?? []).reduce((high, { last }) => last > high ? last : high, 0n);
  if (valid >= highest) return valid;
  const rounded = 2n ** BigInt(highest.toString(2).length) - 1n;
  return rounded > LAST_ADDRESS ? LAST_ADDRESS : rounded;
}

/** A gap, in parts that can and cannot be mapped. */
function gaps(start: bigint, last: bigint, ranges: readonly IovaRange[] | undefined): DmaRow[] {
  if (ranges === undefined) return [{ start, last, kind: "gap", name: "free" }];
  const rows: DmaRow[] = [];
  let next = start;
  for (const range of ranges.toSorted(byStart)) {
    const from = range.start > next ? range.start : next;
    const to = range.last < last ? range.last : last;
    if (from > to) continue;
    if (next < from) rows.push(outside(next, from - 1n));
    rows.push({ start: from, last: to, kind: "gap", name: "free" });
    next = to + 1n;
  }
  if (next <= last) rows.push(outside(next, last));
  return rows;
}

function outside(start: bigint, last: bigint): DmaRow {
  return { start, last, kind: "outside", name: "not translated" };
}

/** Puts ranges that lie closest to each other together, until there are few enough. */
function bundle<Range extends IovaRange>(ranges: readonly Range[], most: number): Range[][] {
  const sorted = ranges.toSorted(byStart);
  const distances = sorted.slice(1).map((range, index) => ({
    index,
    size: range.start - (sorted[index]?.last ?? 0n),
  }));
  const cuts = distances.toSorted((one, other) =>
    Number(other.size > one.size) - Number(other.size < one.size)
  )
    .slice(0, most - 1).map(({ index }) => index + 1).sort((one, other) => one - other);
  const starts = sorted.length === 0 ? [] : [0, ...cuts];
  return starts.map((start, index) => sorted.slice(start, starts[index + 1]));
}

function spanOf(ranges: readonly IovaRange[]): IovaRange {
  const last = ranges.reduce((high, range) => range.last > high ? range.last : high, 0n);
  return { start: ranges[0]?.start ?? 0n, last };
}

function nameOf(ranges: readonly MappedRange[]): string {
  const [first] = ranges;
  if (first === undefined || ranges.length > 1) {
    const bytes = ranges.reduce((sum, { start, last }) => sum + last - start + 1n, 0n);
    return `${ranges.length} mappings of ${formatSize(bytes)}`;
  }
  const { name = "mapping", read = true, write = true } = first;
  return `${name} (${read ? "r" : "-"}${write ? "w" : "-"})`;
}

function byStart(one: IovaRange, other: IovaRange): number {
  return one.start < other.start ? -1 : one.start > other.start ? 1 : 0;
}
