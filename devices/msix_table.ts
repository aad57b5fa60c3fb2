/** An MSI-X table with its pending bits, as they lie in a device's BAR. */
import type { BarModel, Width } from "./device_model.ts";

const ENTRY = 16;
const MASKED = 1;

/** A message that signals an interrupt: a write of 32 bits. */
export interface Message {
  /** Where it is written to. */
  readonly address: bigint;
  /** What is written. */
  readonly data: number;
}

/**
 * The table: an entry of 16 bytes a vector (address, data, mask).
 *
 * Guarantees: after a reset all vectors are masked; a vector that fires while it is masked stays pending and is sent
 * when it is unmasked.
 *
 * @see PCI Local Bus Specification 3.0, section 6.8.2.9
 */
export class MsixTable implements BarModel {
  /** How many vectors there are. */
  readonly vectors: number;
  /** The pending bits, read-only for the host. */
  readonly pending: BarModel;
  readonly #words: Uint32Array;
  readonly #pending: Uint32Array;
  readonly #unmasked: (vector: number) => void;

  /** @param unmasked Called after a vector's mask was cleared by a write. */
  /** Makes a table; `unmasked` is called when a vector is. */
  constructor(vectors: number, unmasked: (vector: number) => void) {
    this.vectors = vectors;
    this.#words = new Uint32Array(vectors * (ENTRY / 4));
    this.#pending = new Uint32Array(Math.ceil(vectors / 64) * 2);
    this.#unmasked = unmasked;
    this.pending = { read: (offset, width) => part(this.#pending, offset, width), write: () => {} };
    this.reset();
  }

  /** Bytes of the table. */
  get size(): number {
    return this.vectors * ENTRY;
  }

  /** Bytes of the pending bits. */
  get pendingSize(): number {
    return this.#pending.byteLength;
  }

  /** Masks every vector and forgets what is pending. */
  reset(): void {
    this.#pending.fill(0);
    for (let i = 0; i < this.#words.length; i++) this.#words[i] = i % 4 === 3 ? MASKED : 0;
  }

  /** Whether a vector's own mask is set. */
  masked(vector: number): boolean {
    return ((this.#words[4 * vector + 3] ?? MASKED) & MASKED) !== 0;
  }

  /** The message of a vector. */
  message(vector: number): Message {
    const [low = 0, high = 0, data = 0] = this.#words.subarray(4 * vector, 4 * vector + 3);
    return { address: (BigInt(high) << 32n) | BigInt(low), data };
  }

  /** Keeps a vector for later. */
  setPending(vector: number): void {
    this.#pending[vector >> 5] = (this.#pending[vector >> 5] ?? 0) | (1 << (vector & 31));
  }

  /** Takes a vector's pending bit. @returns Whether it was set. */
  takePending(vector: number): boolean {
    const bit = 1 << (vector & 31);
    const word = this.#pending[vector >> 5] ?? 0;
    this.#pending[vector >> 5] = word & ~bit;
    return (word & bit) !== 0;
  }

  /** Answers a read of the table. */
  read(offset: number, width: Width): number {
    return part(this.#words, offset, width);
  }

  /** Takes a write to the table. Only whole and aligned double words are defined; parts are ignored. */
  write(offset: number, width: Width, value: number): void {
    if (width !== 32) return;
    const word = offset >> 2;
    const vector = offset >> 4;
    const wasMasked = this.masked(vector);
    this.#words[word] = word % 4 === 3 ? value & MASKED : word % 4 === 0 ? value & ~3 : value;
    if (wasMasked && !this.masked(vector)) this.#unmasked(vector);
  }
}

function part(words: Uint32Array, offset: number, width: Width): number {
  const word = (words[offset >> 2] ?? 0) >>> (8 * (offset & 3));
  return width === 32 ? word >>> 0 : word & (2 ** width - 1);
}
