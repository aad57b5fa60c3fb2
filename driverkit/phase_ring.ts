/** PhaseRing: a ring in DMA memory that a device fills, where a bit of each entry tells whether it is new. */
import { checkRing } from "./descriptor_ring.ts";
import type { DescriptorRingOptions } from "./descriptor_ring.ts";
import { fence } from "./fence.ts";

/** What a ring is like, and where its entries tell that they are new. */
export interface PhaseRingOptions extends DescriptorRingOptions {
  /** The word of an entry that the bit is in. */
  readonly word: number;
  /** The bit: 0 to 31. It is set in the first turn, clear in the second, and so on. */
  readonly bit: number;
}

/**
 * The driver's end of a ring that a device fills, with a phase bit as NVMe and many network cards have it.
 *
 * {@linkcode scan} reads the telling word of each entry exactly once and keeps it: what a device writes there later is
 * not seen. Nothing is allocated after the ring is made, and no register is touched.
 */
export class PhaseRing {
  /** The ring's memory. */
  readonly words: Uint32Array;
  /** The telling words of the entries that {@linkcode scan} found, the oldest first. */
  readonly found: Uint32Array;
  readonly #entries: number;
  readonly #stride: number;
  readonly #word: number;
  readonly #bit: number;
  #head = 0;
  /** What the bit is in an entry that is new. */
  #phase = 1;

  /** Lays a ring over the start of `words`, which are zeros. @throws {RangeError} when it does not fit. */
  constructor(words: Uint32Array, options: PhaseRingOptions) {
    const { entries, stride } = checkRing(words, options);
    this.words = words;
    // One more than it has entries: the word that ends a scan is kept too.
    this.found = new Uint32Array(entries + 1);
    this.#entries = entries;
    this.#stride = stride;
    this.#word = options.word;
    this.#bit = options.bit;
  }

  /** Index of the oldest entry that is not taken: what the doorbell is told. */
  get head(): number {
    return this.#head;
  }

  /** Where the oldest entry that is not taken begins in {@linkcode words}. */
  get at(): number {
    return this.#head * this.#stride;
  }

  /**
   * Looks which entries are new; they stay in the ring until {@linkcode take}.
   *
   * After it the rest of these entries may be read: the device wrote it before the bit.
   *
   * @param most How many to look for, at most all entries.
   * @returns How many are new.
   */
  scan(most: number): number {
    const { words, found } = this;
    const entries = this.#entries;
    const stride = this.#stride;
    const word = this.#word;
    const bit = this.#bit;
    // Of a buffer that is disposed of every word reads as 0, which would be new in every other turn.
    const last = words.length === 0 ? 0 : Math.min(most, entries);
    let index = this.#head;
    let phase = this.#phase;
    let count = 0;
    while (count < last) {
      // The store keeps V8 from merging this load with that of the scan before; the value is kept, so it is not dropped.
      found[count] = index;
      const value = words[index * stride + word] as number;
      found[count] = value;
      if (((value >>> bit) & 1) !== phase) break;
      count++;
      if (++index === entries) {
        index = 0;
        phase ^= 1;
      }
    }
    if (count > 0) fence();
    return count;
  }

  /** Takes the oldest entry. */
  take(): void {
    if (++this.#head !== this.#entries) return;
    this.#head = 0;
    this.#phase ^= 1;
  }

  /** Begins anew, all zeros: for a device that was reset. */
  clear(): void {
    this.words.fill(0, 0, this.#entries * this.#stride);
    this.#head = 0;
    this.#phase = 1;
  }
}
