/** TablePool: which tables of a typed array are in use. */
import { ENTRIES } from "./table_levels.ts";

/** Where a table counts its entries that are in use: behind them. */
export const USED: number = ENTRIES;
/** What a table takes of its array. */
const STRIDE = ENTRIES + 1;
/** Tables that there is room for at first. */
const FIRST_ROOM = 8;

/**
 * The tables of one kind, side by side in a typed array that somebody else holds; each is named by the index it begins at.
 *
 * The one at 0 is never handed out. It stays empty, so that an entry that is 0 leads to a table where nothing is found.
 */
export class TablePool {
  /** Tables given back, all 0. */
  readonly #free: number[] = [];
  #end = STRIDE;
  #room = FIRST_ROOM * STRIDE;

  /** How many tables are in use. */
  get size(): number {
    return this.#end / STRIDE - 1 - this.#free.length;
  }

  /** How long the array has to be. */
  get room(): number {
    return this.#room;
  }

  /** Hands out a table that is all 0. {@linkcode room} may have grown. */
  allocate(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const table = this.#end;
    this.#end += STRIDE;
    if (this.#end > this.#room) this.#room *= 2;
    return table;
  }

  /** Takes a table back, which must be all 0. */
  release(table: number): void {
    this.#free.push(table);
  }
}

/** Gives the table that an entry is in. */
export function tableOf(at: number): number {
  return at - at % STRIDE;
}

/** Makes a longer array of an array, when it is shorter than `room`. */
export function grown<T extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
  array: T,
  room: number,
): T {
  if (array.length >= room) return array;
  const longer = array instanceof Int32Array ? new Int32Array(room) : new Float64Array(room);
  longer.set(array);
  return longer as T;
}
