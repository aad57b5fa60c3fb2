/** IovaAllocator: chooses the IOVAs of an address space. */
import { VfioError } from "../core/errors.ts";
import type { Iova, IovaRange } from "../core/iommu_driver.ts";
import { addressOf, FRAME_LIMIT, frameOf, offsetInFrame, PAGE_SIZE } from "./frames.ts";
import { RangeList } from "./range_list.ts";
import type { FrameRange } from "./range_list.ts";
import { contains, formatAddress, formatRange, rangeOf, wraps } from "./ranges.ts";

/** What to allocate. */
export interface IovaRequest {
  /** Bytes, at least 1; rounded up to whole pages of 4096. */
  readonly size: bigint;
  /** Where it must be. Absent: the lowest place that fits, from one page up. */
  readonly iova?: Iova;
  /** Highest address that the device reaches: the last byte lies there or below. @default none */
  readonly maxIova?: Iova;
  /** A power of 2 that the address is a multiple of. @default 4096, which is also the least */
  readonly alignment?: bigint;
}

/** Free frames. */
interface Gap {
  first: number;
  readonly last: number;
}

/**
 * Hands out IOVAs and remembers them.
 *
 * Guarantees: what is handed out lies inside one valid range and overlaps nothing that is not released; the lowest
 * address that fits is taken, so that devices with few address bits are served longest; 0 is given only to who asks for
 * it by name. An operation takes logarithmic time, whatever the number of allocations.
 *
 * @example Allocate around a reserved range
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { IovaAllocator } from "@vfio/vfio/iommu";
 *
 * const iovas = new IovaAllocator([{ start: 0n, last: 0x2fffn }, { start: 0x10000n, last: 0xfffffn }]);
 * assertEquals(iovas.allocate({ size: 0x2000n }), 0x1000n);
 * assertEquals(iovas.allocate({ size: 0x1000n }), 0x10000n);
 * iovas.release(0x1000n);
 * assertEquals(iovas.allocate({ size: 0x1000n, maxIova: 0xffffn }), 0x1000n);
 * ```
 */
export class IovaAllocator {
  #ranges: readonly IovaRange[] = [];
  /** The whole frames of the ranges. */
  #windows: readonly FrameRange[] = [];
  #gaps = new RangeList<Gap>();
  /** What is handed out. No Map: V8's rehash all they have at every turn, once most of it was deleted. */
  readonly #allocated = new RangeList<FrameRange>();

  /** Starts with nothing handed out. @param ranges Valid addresses, as an IOMMU's `info().ranges`. */
  constructor(ranges: readonly IovaRange[] = []) {
    this.setRanges(ranges);
  }

  /** Valid addresses. */
  get ranges(): readonly IovaRange[] {
    return this.#ranges;
  }

  /** How many allocations are live. */
  get count(): number {
    return this.#allocated.size;
  }

  /**
   * Changes the valid ranges, as an attached group may. What is handed out stays so.
   *
   * @param ranges Disjoint; pages that are not whole inside one are left out.
   */
  setRanges(ranges: readonly IovaRange[]): void {
    this.#ranges = ranges.map(({ start, last }) => ({ start, last }));
    this.#windows = ranges
      .map(({ start, last }) => ({ first: framesIn(start), last: framesBelow(last + 1n) - 1 }))
      .filter(({ first, last }) => first <= last);
    this.#gaps = new RangeList();
    for (const { first, last } of this.#windows) this.#gaps.add({ first, last });
    for (const { first, last } of this.#allocated) this.#take(first, last);
  }

  /**
   * Hands out addresses.
   *
   * @returns The first address.
   * @throws {VfioError} `ENOSPC` when nothing fits; for a fixed iova `EINVAL` when it is not aligned, outside the
   * valid ranges or above maxIova, and `EEXIST` when some of it is handed out.
   * @throws {RangeError} when the size is less than 1, or the alignment not a power of 2.
   */
  allocate(request: IovaRequest): Iova {
    const { size, iova, maxIova, alignment = 1n } = request;
    if (size < 1n) throw new RangeError(`Cannot allocate ${size} bytes: at least 1 is needed`);
    if (alignment < 1n || (alignment & (alignment - 1n)) !== 0n) {
      throw new RangeError(`Cannot align to ${alignment}: a power of 2 is needed`);
    }
    const step = alignment < PAGE_BYTES ? 1 : frameOf(alignment);
    const pages = framesIn(size);
    const limit = maxIova === undefined ? FRAME_LIMIT : framesBelow(maxIova + 1n);
    const first = iova === undefined
      ? this.#findLowest(pages, step, limit) ?? this.#throwFull(request)
      : this.#checkFixed(iova, pages, step, limit, request);
    const last = first + pages - 1;
    this.#take(first, last);
    this.#allocated.add({ first, last });
    return addressOf(first);
  }

  /**
   * Takes back what {@linkcode allocate} gave, whole.
   *
   * @throws {RangeError} when it is not handed out.
   */
  release(iova: Iova): void {
    const range = this.#allocated.find(frameOf(iova));
    if (range === undefined || addressOf(range.first) !== iova) {
      throw new RangeError(`Cannot release ${formatAddress(iova)}: it is not allocated`);
    }
    this.#allocated.delete(range);
    const { first, last } = range;
    for (const window of this.#windows) {
      const from = Math.max(first, window.first);
      const to = Math.min(last, window.last);
      if (from <= to) this.#give(from, to, window);
    }
  }

  #findLowest(pages: number, step: number, limit: number): number | undefined {
    // Frame 0 is left out: an address of 0 is what a driver's bug looks like.
    const lowestIn = (gap: Gap) => Math.ceil(Math.max(gap.first, 1) / step) * step;
    const gap = this.#gaps.findLong(pages, (gap) => {
      const end = lowestIn(gap) + pages;
      return end <= gap.last + 1 && end <= limit;
    });
    return gap === undefined ? undefined : lowestIn(gap);
  }

  #checkFixed(iova: Iova, pages: number, step: number, limit: number, request: IovaRequest): number {
    const { size, maxIova } = request;
    const first = frameOf(iova);
    const refuse = (code: "EINVAL" | "EEXIST", detail: string, facts = {}) =>
      new VfioError({
        code,
        operation: "VFIO_IOMMU_MAP_DMA",
        subject: `${formatAddress(size)} bytes at ${formatAddress(iova)}`,
        detail,
        facts: () => facts,
      });
    if (offsetInFrame(iova) !== 0 || first % step !== 0) {
      const alignment = addressOf(step);
      throw refuse("EINVAL", `the iova is not a multiple of ${formatAddress(alignment)}`, { alignment });
    }
    const ranges = this.#ranges.map(formatRange);
    const isValid = !wraps(iova, size) &&
      this.#ranges.some((range) => contains(range, rangeOf(iova, BigInt(pages) * PAGE_BYTES)));
    if (!isValid) throw refuse("EINVAL", `valid IOVAs are ${ranges.join(" and ")}`, { ranges });
    if (first + pages > limit) {
      throw refuse("EINVAL", `the device reaches up to ${formatAddress(maxIova ?? 0n)}`);
    }
    const gap = this.#gaps.find(first);
    if (gap === undefined || gap.first > first || gap.last < first + pages - 1) {
      throw refuse("EEXIST", "some of it is allocated");
    }
    return first;
  }

  #throwFull(request: IovaRequest): never {
    const { size, maxIova, alignment } = request;
    const windows = this.#ranges.length === 0 ? "there are no valid IOVAs" : "no gap is big enough in " +
      this.#ranges.map(formatRange).join(" and ");
    const limit = maxIova === undefined ? "" : ` up to maxIova ${formatAddress(maxIova)}`;
    const aligned = alignment === undefined ? "" : ` at a multiple of ${formatAddress(alignment)}`;
    throw new VfioError({
      code: "ENOSPC",
      operation: "allocate",
      subject: `${formatAddress(size)} bytes of IOVAs`,
      detail: `${windows}${limit}${aligned}, with ${this.count} allocations live`,
    });
  }

  /** Takes frames out of the gaps, as far as they are in any. */
  #take(first: number, last: number): void {
    let gap = this.#gaps.find(first);
    while (gap !== undefined && gap.first <= last) {
      const below = { first: gap.first, last: first - 1 };
      if (below.first > below.last && gap.last > last) {
        // The commonest case: a gap that loses its lowest frames keeps its place in the list.
        this.#gaps.moveFirst(gap, last + 1);
      } else {
        this.#gaps.delete(gap);
        if (below.first <= below.last) this.#gaps.add(below);
        if (gap.last > last) this.#gaps.add({ first: last + 1, last: gap.last });
      }
      gap = this.#gaps.find(last + 1);
    }
  }

  /** Makes a gap of frames in a window, one with the gaps beside it. */
  #give(first: number, last: number, window: FrameRange): void {
    const below = first > window.first ? this.#gaps.find(first - 1) : undefined;
    const above = last < window.last ? this.#gaps.find(last + 1) : undefined;
    const joinsBelow = below !== undefined && below.last === first - 1;
    if (joinsBelow) this.#gaps.delete(below);
    const start = joinsBelow ? below.first : first;
    if (above !== undefined && above.first === last + 1) this.#gaps.moveFirst(above, start);
    else this.#gaps.add({ first: start, last });
  }
}

const PAGE_BYTES = BigInt(PAGE_SIZE);

/** Tells how many frames hold `size` bytes. */
function framesIn(size: bigint): number {
  return framesBelow(size + PAGE_BYTES - 1n);
}

/** Tells how many whole frames lie below an address; unlike frameOf(), also below 2^64. */
function framesBelow(address: bigint): number {
  return Number(address / PAGE_BYTES);
}
