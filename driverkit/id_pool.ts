/** IdPool: ids for what is under way at a device. */

/** Half of what 16 bits can tell: there are two generations at least. */
const LIMIT = 0x8000;
/** What devices tell where there is no id. */
const NO_ID = 0xffff;
const FREE = -1;

/**
 * Ids of 16 bits for commands under way.
 *
 * An id is a slot, which is small and dense, to index tables with, and above it a generation that changes each time: an
 * id that a device tells late, twice or wrongly is found out, also when its slot is in use again. Nothing is allocated
 * after the pool is made.
 */
export class IdPool {
  /** Ids that can be taken at a time. */
  readonly capacity: number;
  readonly #slotMask: number;
  /** The id that each slot has now, or {@linkcode FREE}. */
  readonly #ids: Int32Array;
  /** Above the slot's bits; one more with each id. */
  #generation = 0;
  /** Free slots; the last is taken next. */
  readonly #free: Uint16Array;
  #freeCount: number;

  /** Makes a pool. @param capacity 1 to 32768; with up to 4096, an id has 16 generations and more. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > LIMIT) {
      throw new RangeError(`Cannot make a pool of ${capacity} ids: 1 to ${LIMIT} are possible`);
    }
    this.capacity = capacity;
    this.#slotMask = (1 << (32 - Math.clz32(capacity - 1))) - 1;
    this.#ids = new Int32Array(capacity).fill(FREE);
    this.#free = Uint16Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
    this.#freeCount = capacity;
  }

  /** Ids that are taken. */
  get taken(): number {
    return this.capacity - this.#freeCount;
  }

  /** Takes an id; -1 when there is none. */
  take(): number {
    if (this.#freeCount === 0) return FREE;
    const slot = this.#free[--this.#freeCount] as number;
    this.#generation = (this.#generation + this.#slotMask + 1) & NO_ID;
    const id = slot | this.#generation;
    return this.#ids[slot] = id === NO_ID ? slot : id;
  }

  /** The slot of an id that is taken, below {@linkcode capacity}; -1 for anything else. */
  slot(id: number): number {
    const slot = id & this.#slotMask;
    return slot < this.capacity && this.#ids[slot] === id ? slot : FREE;
  }

  /** The id that a slot has; -1 while it is free. */
  at(slot: number): number {
    return this.#ids[slot] ?? FREE;
  }

  /** Gives an id back. @returns Its slot; -1 when it is not taken. */
  give(id: number): number {
    const slot = this.slot(id);
    if (slot === FREE) return FREE;
    this.#ids[slot] = FREE;
    this.#free[this.#freeCount++] = slot;
    return slot;
  }
}
