/** CommandRing: a ring in DMA memory of commands, which a device takes in order and ends in any order. */
import { checkRing } from "./descriptor_ring.ts";
import type { DescriptorRingOptions } from "./descriptor_ring.ts";

/** Half of what 16 bits can tell, so that there are two generations of ids at least. */
const LIMIT = 0x8000;
/** What devices tell where there is no id. */
const NO_ID = 0xffff;

/**
 * The driver's end of a ring of commands: where the next goes, which ids are under way, and whom to tell of their end.
 *
 * One entry always stays free, so that a full ring differs from an empty one; and as no more commands are under way than
 * {@linkcode capacity}, an entry that is filled again was fetched: were it not, all behind it would be under way too.
 *
 * An id has 16 bits: a slot and above it a generation that changes each time. One that a device tells late, twice or
 * wrongly is found out, also when its slot is in use again. Nothing is allocated after the ring is made, and nothing
 * touches the device: the driver writes the entry's words, calls {@linkcode fence} and rings the doorbell with
 * {@linkcode tail}.
 */
export class CommandRing<T extends object> {
  // Every field begins with a value of its kind: of one that begins undefined, V8 checks the kind at each use.
  /** The ring's memory. */
  readonly words: Uint32Array = new Uint32Array();
  /** Commands that can be under way at a time. */
  readonly capacity: number = 0;
  readonly #stride: number = 0;
  /** Where the ring ends in `words`. */
  readonly #end: number = 0;
  readonly #slotMask: number = 0;
  /** The id that each slot has; of a free slot, the id that is free behind its own. */
  readonly #ids: Uint16Array = new Uint16Array();
  /** Whose it is; undefined: the slot is free. */
  readonly #owners: (T | undefined)[] = [undefined];
  /** The id that is taken next; NO_ID: none is free. */
  #free = 0;
  #used = 0;
  /** Where the next entry begins. */
  #next = 0;
  #at = 0;

  /**
   * Lays a ring over the start of `words`.
   *
   * @param options `entries` 2 to 32769; with up to 4097, an id has 16 generations and more.
   * @throws {RangeError} when it does not fit, or cannot be that long.
   */
  constructor(words: Uint32Array, options: DescriptorRingOptions) {
    const { entries, stride } = checkRing(words, options);
    const capacity = entries - 1;
    if (capacity > LIMIT) {
      throw new RangeError(`Cannot make a ring of ${entries} commands: ${LIMIT + 1} are possible`);
    }
    const slots = 1 << (32 - Math.clz32(capacity - 1));
    this.words = words;
    this.capacity = capacity;
    this.#stride = stride;
    this.#end = entries * stride;
    this.#slotMask = slots - 1;
    this.#ids = Uint16Array.from({ length: slots }, (_, slot) => slot + 1 < capacity ? slot + 1 : NO_ID);
    // Made of values, not of a length: V8 need not look for holes then.
    this.#owners = Array.from({ length: slots }, () => undefined);
  }

  /** Index of the entry that is filled next: what the doorbell is told. */
  get tail(): number {
    return this.#next / this.#stride;
  }

  /** Commands under way. */
  get used(): number {
    return this.#used;
  }

  /** Where the entry that was taken last begins in {@linkcode words}. */
  get at(): number {
    return this.#at;
  }

  /**
   * Takes the next entry, which begins {@linkcode at} then.
   *
   * @param owner What {@linkcode give} gives back.
   * @returns The command's id; -1 when `capacity` commands are under way.
   */
  take(owner: T): number {
    const id = this.#free;
    if (id === NO_ID) return -1;
    const slot = id & this.#slotMask;
    this.#free = this.#ids[slot] as number;
    this.#ids[slot] = id;
    this.#owners[slot] = owner;
    this.#used++;
    const at = this.#next;
    const next = at + this.#stride;
    this.#at = at;
    this.#next = next === this.#end ? 0 : next;
    return id;
  }

  /** Ends a command. @returns Its owner; undefined when no command has that id now. */
  give(id: number): T | undefined {
    const slot = id & this.#slotMask;
    const owner = this.#owners[slot];
    if (owner === undefined || this.#ids[slot] !== id) return undefined;
    this.#owners[slot] = undefined;
    this.#used--;
    this.#ids[slot] = this.#free;
    const next = (id + this.#slotMask + 1) & NO_ID;
    this.#free = next === NO_ID ? slot : next;
    return owner;
  }

  /** The ids of all commands under way. */
  ids(): number[] {
    return [...this.#ids].filter((_, slot) => this.#owners[slot] !== undefined);
  }

  /** Begins anew, all zeros, for a device that was reset. Commands under way stay so, until each is given back. */
  clear(): void {
    this.words.fill(0, 0, this.#end);
    this.#next = this.#at = 0;
  }
}
