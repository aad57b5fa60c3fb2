/** DescriptorRing: a ring in DMA memory that a driver fills and a device empties. */

/** What a ring is like. */
export interface DescriptorRingOptions {
  /** Entries, at least 2. */
  readonly entries: number;
  /** 32-bit words of an entry. */
  readonly stride: number;
}

/**
 * The driver's end of a ring of descriptors: where the next goes, and how many are the device's.
 *
 * One entry always stays free, so that a full ring differs from an empty one: {@linkcode capacity} is one less than its
 * entries. Nothing here is allocated after it is made, and nothing touches the device: the driver writes the entry's
 * words, calls {@linkcode fence} and then rings the doorbell with {@linkcode tail}.
 */
export class DescriptorRing {
  /** The ring's memory. */
  readonly words: Uint32Array;
  /** Entries that can be the device's at a time. */
  readonly capacity: number;
  readonly #entries: number;
  readonly #stride: number;
  #tail = 0;
  #used = 0;

  /** Lays a ring over the start of `words`. @throws {RangeError} when it does not fit, or has fewer than 2 entries. */
  constructor(words: Uint32Array, options: DescriptorRingOptions) {
    const { entries, stride } = checkRing(words, options);
    this.words = words;
    this.capacity = entries - 1;
    this.#entries = entries;
    this.#stride = stride;
  }

  /** Index of the entry that is filled next: what the doorbell is told. */
  get tail(): number {
    return this.#tail;
  }

  /** Entries that are the device's. */
  get used(): number {
    return this.#used;
  }

  /** Takes the next entry. @returns Where it begins in {@linkcode words}; -1 when all are the device's. */
  take(): number {
    if (this.#used === this.capacity) return -1;
    const at = this.#tail * this.#stride;
    this.#used++;
    this.#tail = this.#tail + 1 === this.#entries ? 0 : this.#tail + 1;
    return at;
  }

  /** Gives the oldest entries back. @throws {RangeError} when the device has fewer. */
  give(count: number): void {
    if (!(count >= 0 && count <= this.#used)) {
      throw new RangeError(`Cannot give ${count} entries back: the device has ${this.#used}`);
    }
    this.#used -= count;
  }

  /** Begins anew, all zeros: for a device that was reset. */
  clear(): void {
    this.words.fill(0, 0, this.#entries * this.#stride);
    this.#tail = this.#used = 0;
  }
}

/** Checks that a ring fits its memory. @throws {RangeError} when it does not, or has fewer than 2 entries. */
export function checkRing(words: Uint32Array, options: DescriptorRingOptions): DescriptorRingOptions {
  const { entries, stride } = options;
  const fits = Number.isInteger(entries) && Number.isInteger(stride) && entries >= 2 && stride >= 1 &&
    entries * stride <= words.length;
  if (fits) return { entries, stride };
  throw new RangeError(
    `Cannot make a ring of ${entries} entries of ${stride} words: at least 2 are needed that fit ${words.length} words`,
  );
}
