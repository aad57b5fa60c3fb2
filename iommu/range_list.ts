/** RangeList: disjoint ranges in order, found in logarithmic time. */

/** A range of page frames, both ends included. */
export interface FrameRange {
  /** Its lowest frame. */
  readonly first: number;
  /** Its highest frame. */
  readonly last: number;
}

/** A block is split when it has this many ranges. */
const BLOCK_LIMIT = 256;

/** Ranges that lie together. */
interface Block<T> {
  readonly ranges: T[];
  /** No range of the block has more frames. May be too high: it comes down when a search finds nothing. */
  longest: number;
}

/**
 * A list of disjoint ranges, sorted.
 *
 * Ranges lie in blocks of at most 256, so that a change moves few of them: cheaper than a tree up to millions.
 */
export class RangeList<T extends FrameRange> {
  readonly #blocks: Block<T>[] = [];
  #size = 0;

  /** How many ranges there are. */
  get size(): number {
    return this.#size;
  }

  /** Finds the lowest range that ends at `frame` or above. */
  find(frame: number): T | undefined {
    const ranges = this.#blocks[this.#blockOf(frame)]?.ranges;
    return ranges?.[lowestEndingAt(ranges, frame)];
  }

  /** Finds the lowest range of at least `pages` frames that `accept` takes. */
  findLong(pages: number, accept: (range: T) => boolean): T | undefined {
    for (const block of this.#blocks) {
      if (block.longest < pages) continue;
      let longest = 0;
      for (const range of block.ranges) {
        const length = range.last - range.first + 1;
        if (length >= pages && accept(range)) return range;
        if (length > longest) longest = length;
      }
      block.longest = longest;
    }
    return undefined;
  }

  /** Adds a range. Nothing in the list may overlap it. */
  add(range: T): void {
    const index = Math.min(this.#blockOf(range.first), Math.max(this.#blocks.length - 1, 0));
    const block = this.#blocks[index] ?? this.#insert(index, []);
    const { ranges } = block;
    ranges.splice(lowestEndingAt(ranges, range.first), 0, range);
    block.longest = Math.max(block.longest, range.last - range.first + 1);
    this.#size++;
    if (ranges.length > BLOCK_LIMIT) {
      this.#insert(index + 1, ranges.splice(BLOCK_LIMIT / 2)).longest = block.longest;
    }
  }

  /** Takes a range of the list out of it. */
  delete(range: T): void {
    const index = this.#blockOf(range.first);
    const ranges = this.#blocks[index]?.ranges ?? [];
    ranges.splice(lowestEndingAt(ranges, range.first), 1);
    if (ranges.length === 0) this.#blocks.splice(index, 1);
    this.#size--;
  }

  /** Gives all ranges, the lowest first. The list must not change meanwhile. */
  *[Symbol.iterator](): Generator<T, void> {
    for (const block of this.#blocks) yield* block.ranges;
  }

  #insert(index: number, ranges: T[]): Block<T> {
    const block = { ranges, longest: 0 };
    this.#blocks.splice(index, 0, block);
    return block;
  }

  /** Finds the first block that reaches `frame`; the number of blocks when none does. */
  #blockOf(frame: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = this.#blocks[middle]?.ranges.at(-1)?.last ?? -1;
      if (last < frame) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function lowestEndingAt(ranges: readonly FrameRange[], frame: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.last ?? -1) < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}
