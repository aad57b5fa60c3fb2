/** Namespace: a medium, and the blocks it is formatted in. */
import { SparseStorage } from "./storage.ts";

/** Bytes of a block, as powers of two, by the number of the format. */
export const BLOCK_SHIFTS: readonly [number, ...number[]] = [9, 12];

/** One namespace. */
export class Namespace {
  /** Its id. */
  readonly nsid: number;
  readonly storage: SparseStorage;
  /** A format is under way: nothing can be read or written. */
  formatting = false;
  /** What hosts did, for the health page. */
  readonly use = { reads: 0, writes: 0, bytesRead: 0, bytesWritten: 0 };
  #format: number;

  /** Makes an empty namespace of `size` bytes in one of the formats. */
  constructor(nsid: number, size: number, format: number) {
    this.nsid = nsid;
    this.storage = new SparseStorage(size);
    this.#format = format;
  }

  /** The number of its format. */
  get format(): number {
    return this.#format;
  }

  /** Bytes of a block, as a power of two. */
  get blockShift(): number {
    return BLOCK_SHIFTS[this.#format] ?? BLOCK_SHIFTS[0];
  }

  /** Bytes of a block. */
  get blockSize(): number {
    return 2 ** this.blockShift;
  }

  /** Blocks. */
  get blocks(): number {
    return Math.floor(this.storage.size / this.blockSize);
  }

  /** Whether it has these blocks. */
  holds(first: bigint, count: number): boolean {
    return first + BigInt(count) <= BigInt(this.blocks);
  }

  /** Formats it anew: everything is zeros. */
  reformat(format: number): void {
    this.#format = format;
    this.storage.clear(0, this.storage.size);
  }
}
