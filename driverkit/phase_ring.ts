/** PhaseRing: a ring in DMA memory that a device fills, where a bit of each entry tells whether it is new. */
import { checkRing } from "./descriptor_ring.ts";
import type { DescriptorRingOptions } from "./descriptor_ring.ts";
import { fence } from "./fence.ts";

/** What was read last. */
const KEPT = new Uint32Array(1);

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
 * {@linkcode scan} tells how many entries are new, {@linkcode take} where each begins. What a device writes into an entry
 * after that is seen, so a word that decides something is read once. Nothing is allocated after the ring is made, and no
 * register is touched.
 */
export class PhaseRing {
  // Every field begins with a value of its kind: of one that begins undefined, V8 checks the kind at each use.
  /** The ring's memory. */
  readonly words: Uint32Array = new Uint32Array();
  readonly #entries: number = 0;
  readonly #stride: number = 0;
  /** Where the ring ends in `words`. */
  readonly #end: number = 0;
  readonly #word: number = 0;
  readonly #bit: number = 0;
  /** Where the oldest entry that is not taken begins. */
  #at = 0;
  /** What the bit is in an entry that is new. */
  #phase = 1;

  /** Lays a ring over the start of `words`, which are zeros. @throws {RangeError} when it does not fit. */
  constructor(words: Uint32Array, options: PhaseRingOptions) {
    const { entries, stride } = checkRing(words, options);
    this.words = words;
    this.#entries = entries;
    this.#stride = stride;
    this.#end = entries * stride;
    this.#word = options.word;
    this.#bit = options.bit;
  }

  /** Index of the oldest entry that is not taken: what the doorbell is told. */
  get head(): number {
    return this.#at / this.#stride;
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
    const { words } = this;
    const stride = this.#stride;
    const end = this.#end;
    const word = this.#word;
    const bit = this.#bit;
    // Of a buffer that is disposed of every word reads as 0, which would be new in every other turn.
    const last = words.length === 0 ? 0 : most < this.#entries ? most : this.#entries;
    let at = this.#at;
    let phase = this.#phase;
    let count = 0;
    while (count < last) {
      // The store keeps V8 from merging this load with that of the scan before; the value is kept, so it is not dropped.
      KEPT[0] = at;
      const value = words[at + word] as number;
      KEPT[0] = value;
      if (((value >>> bit) & 1) !== phase) break;
      count++;
      at += stride;
      if (at === end) {
        at = 0;
        phase ^= 1;
      }
    }
    if (count > 0) fence();
    return count;
  }

  /** Takes the oldest entry. @returns Where it begins in {@linkcode words}. */
  take(): number {
    const at = this.#at;
    const next = at + this.#stride;
    this.#at = next;
    if (next === this.#end) {
      this.#at = 0;
      this.#phase ^= 1;
    }
    return at;
  }

  /** Begins anew, all zeros: for a device that was reset. */
  clear(): void {
    this.words.fill(0, 0, this.#end);
    this.#at = 0;
    this.#phase = 1;
  }
}
