/** Ranges of addresses, both ends included: what a group can reach and what is left of it. */
import type { IovaRange } from "../core/iommu_driver.ts";

const ADDRESS_LIMIT = 1n << 64n;

/** Gives the range of `size` bytes, at least 1, from `start` on. */
export function rangeOf(start: bigint, size: bigint): IovaRange {
  return { start, last: start + size - 1n };
}

/** Tells how many bytes a range has. */
export function sizeOf(range: IovaRange): bigint {
  return range.last - range.start + 1n;
}

/** Tells whether `size` bytes from `start` on leave the 64-bit address space. One that ends with its last byte does not. */
export function wraps(start: bigint, size: bigint): boolean {
  return start + size > ADDRESS_LIMIT;
}

/** Tells whether all of `inner` lies in `outer`. */
export function contains(outer: IovaRange, inner: IovaRange): boolean {
  return outer.start <= inner.start && inner.last <= outer.last;
}

/** Tells whether two ranges have an address in common. */
export function overlaps(one: IovaRange, other: IovaRange): boolean {
  return one.start <= other.last && other.start <= one.last;
}

/** Gives what `ranges` have in common with `window`, in their order. */
export function intersect(ranges: readonly IovaRange[], window: IovaRange): IovaRange[] {
  return ranges.filter((range) => overlaps(range, window)).map(({ start, last }) => ({
    start: start > window.start ? start : window.start,
    last: last < window.last ? last : window.last,
  }));
}

/**
 * Gives what is left of `ranges` without `holes`, in their order.
 *
 * @param holes In any order; they may overlap each other.
 * @see Linux, drivers/vfio/vfio_iommu_type1.c, vfio_iommu_resv_exclude()
 */
export function subtract(ranges: readonly IovaRange[], holes: readonly IovaRange[]): IovaRange[] {
  let left = [...ranges];
  for (const hole of holes) {
    left = left.flatMap((range) => {
      if (!overlaps(range, hole)) return [range];
      const below = { start: range.start, last: hole.start - 1n };
      const above = { start: hole.last + 1n, last: range.last };
      return [below, above].filter(({ start, last }) => start <= last);
    });
  }
  return left;
}

/** Writes a range as messages have it: "[0x1000, 0x1fff]". */
export function formatRange(range: IovaRange): string {
  return `[${formatAddress(range.start)}, ${formatAddress(range.last)}]`;
}

/** Writes an address as messages have it: "0x1000". */
export function formatAddress(address: bigint): string {
  return `0x${address.toString(16)}`;
}
