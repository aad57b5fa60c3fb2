/** DirtyBits: the dirty bitmap that Type1 keeps for a mapping, and how it gets into the user's. */

/** Bits of the words that bitmaps are made of. */
const WORD_BITS = 64;
/** Bytes of a word. */
const WORD_BYTES = 8;
const WORD_MASK = 0xffff_ffff_ffff_ffffn;

/** Gives the bytes of a bitmap, whole words. @see DIRTY_BITMAP_BYTES */
export function bitmapBytes(pages: bigint): bigint {
  return (pages + 63n) / 64n * 8n;
}

/**
 * The dirty bits of one mapping.
 *
 * They are shifted in place to where a request's first page puts them, and cleared only as far as the mapping has
 * pages: bits that were shifted past its end stay, and show up in a later request. The kernel does so, and so does this.
 *
 * @see Linux, drivers/vfio/vfio_iommu_type1.c, update_user_bitmap()
 */
export class DirtyBits {
  readonly #pages: number;
  /** One word more than the pages need, to shift into. */
  readonly #words: BigUint64Array<ArrayBuffer>;

  /** Makes the bits of a mapping, all clean. */
  constructor(pages: number) {
    this.#pages = pages;
    this.#words = new BigUint64Array(Math.ceil(pages / WORD_BITS) + 1);
  }

  /**
   * Marks every page dirty, as it is behind an IOMMU that cannot tell, and merges the bits into a user's bitmap.
   *
   * @param data The bitmap; it must have room. The word the first page is in is OR-ed, those after it are replaced.
   * @param page The mapping's first page in the bitmap.
   * @param isWritable Tells whether these bytes can be written.
   * @returns Whether they could. If not, the bits stay shifted.
   */
  copyTo(
    data: Uint8Array<ArrayBuffer>,
    page: number,
    isWritable: (bytes: Uint8Array<ArrayBuffer>) => boolean,
  ): boolean {
    this.#fill(WORD_MASK);
    const shift = page % WORD_BITS;
    const count = Math.ceil((this.#pages + shift) / WORD_BITS);
    const start = (page - shift) / WORD_BITS * WORD_BYTES;
    const target = data.subarray(start, start + count * WORD_BYTES);
    const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
    if (shift > 0) {
      this.#shiftLeft(BigInt(shift), count);
      this.#words[0] = this.#word(0) | view.getBigUint64(0, true);
    }
    if (!isWritable(target)) return false;
    for (let index = 0; index < count; index++) {
      view.setBigUint64(index * WORD_BYTES, this.#word(index), true);
    }
    return true;
  }

  /** Marks the mapping's pages clean. */
  clear(): void {
    this.#fill(0n);
  }

  /** Sets the bits of all pages to those of `value`, and no others. */
  #fill(value: bigint): void {
    const whole = Math.floor(this.#pages / WORD_BITS);
    this.#words.fill(value, 0, whole);
    const rest = this.#pages % WORD_BITS;
    if (rest === 0) return;
    const mask = (1n << BigInt(rest)) - 1n;
    this.#words[whole] = (this.#word(whole) & ~mask) | (value & mask);
  }

  /** Shifts the first `count` words towards higher bits. @see Linux, lib/bitmap.c, __bitmap_shift_left() */
  #shiftLeft(bits: bigint, count: number): void {
    for (let index = count - 1; index >= 0; index--) {
      const carried = index === 0 ? 0n : this.#word(index - 1) >> (64n - bits);
      this.#words[index] = (this.#word(index) << bits) | carried;
    }
  }

  #word(index: number): bigint {
    return this.#words[index] ?? 0n;
  }
}
