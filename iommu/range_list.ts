/** RangeList: disjoint ranges in order, found in logarithmic time. */

/** A range of page frames, both ends included. */
export interface FrameRange {
  /** Its lowest frame. */
  readonly first: number;
  /** Its highest frame. */
  readonly last: number;
}

/** A block is split when it has more ranges. */
const BLOCK_LIMIT = 64;

/** Ranges that lie together. */
interface Block<T> {
  readonly ranges: T[];
  /** Their last frames: searches read these only, side by side as they lie in memory. */
  readonly lasts: number[];
  /** No range of the block has more frames. May be too high: it comes down when a search finds nothing. */
  longest: number;
}

/**
 * A list of disjoint ranges, sorted.
 *
 * Ranges lie in blocks of at most 64, so that a change moves few of them: up to millions that is cheaper than a tree.
 * The last frame of a range in the list must stay what it is; {@linkcode moveFirst} changes the first.
 */
export class RangeList<T extends FrameRange> {
  readonly #blocks: Block<T>[] = [];
  /** The last frame of each block. */
  readonly #ends: number[] = [];
  #size = 0;

  /** How many ranges there are. */
  get size(): number {
    return this.#size;
  }

  /** Finds the lowest range that ends at `frame` or above. */
  find(frame: number): T | undefined {
    const block = this.#blocks[lowestFrom(this.#ends, frame)];
    return block?.ranges[lowestFrom(block.lasts, frame)];
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
    const index = Math.max(0, Math.min(lowestFrom(this.#ends, range.first), this.#blocks.length - 1));
    const block = this.#blocks[index] ?? this.#insert(index, [], []);
    const at = lowestFrom(block.lasts, range.first);
    insert(block.ranges, at, range);
    insert(block.lasts, at, range.last);
    block.longest = Math.max(block.longest, range.last - range.first + 1);
    this.#ends[index] = block.lasts.at(-1) ?? -1;
    this.#size++;
    if (block.ranges.length > BLOCK_LIMIT) this.#split(index, block);
  }

  /** Moves the lower end of a range of the list, up or down, as far as there is no other range. */
  moveFirst(range: T & { first: number }, first: number): void {
    const block = this.#blocks[lowestFrom(this.#ends, range.last)];
    if (block !== undefined) block.longest = Math.max(block.longest, range.last - first + 1);
    range.first = first;
  }

  /** Takes a range of the list out of it. */
  delete(range: T): void {
    const index = lowestFrom(this.#ends, range.last);
    const block = this.#blocks[index];
    if (block === undefined) return;
    const at = lowestFrom(block.lasts, range.last);
    remove(block.ranges, at);
    remove(block.lasts, at);
    this.#size--;
    // The only block stays, for the range that comes next.
    if (block.ranges.length > 0 || this.#blocks.length === 1) {
      this.#ends[index] = block.lasts.at(-1) ?? -1;
    } else {
      this.#blocks.splice(index, 1);
      this.#ends.splice(index, 1);
    }
  }

  /** Gives all ranges, the lowest first. The list must not change meanwhile. */
  *[Symbol.iterator](): Generator<T, void> {
    for (const block of this.#blocks) yield* block.ranges;
  }

  #split(index: number, block: Block<T>): void {
    const half = BLOCK_LIMIT / 2;
    this.#insert(index + 1, block.ranges.splice(half), block.lasts.splice(half)).longest = block.longest;
    this.#ends[index] = block.lasts.at(-1) ?? -1;
  }

  #insert(index: number, ranges: T[], lasts: number[]): Block<T> {
    const block = { ranges, lasts, longest: 0 };
    this.#blocks.splice(index, 0, block);
    this.#ends.splice(index, 0, lasts.at(-1) ?? -1);
    return block;
  }
}

/** Finds the first of sorted numbers that is `value` or more; their count when none is. */
function lowestFrom(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts one thing into a list of a block. In lists as short as that it is quicker than splice(), which makes an array. */
function insert<V>(list: V[], at: number, value: V): void {
  for (let i = list.length; i > at; i--) list[i] = list[i - 1] as V;
  list[at] = value;
}

/** Takes one thing out of a list of a block. */
function remove<V>(list: V[], at: number): void {
  for (let i = at + 1; i < list.length; i++) list[i - 1] = list[i] as V;
  list.pop();
}
