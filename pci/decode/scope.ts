/** One capability's bytes, and how much of them there is. */
import type { RegisterMap } from "../../core/registers.ts";
import type { Memory } from "../../core/memory.ts";
import { endOf, readFields } from "./fields.ts";
import type { Fields, Meanings } from "./fields.ts";

/** What a capability's layout depends on, outside of it. */
export interface FunctionFacts {
  /** The layout of the header: 0 device, 1 bridge, 2 CardBus bridge. */
  readonly headerLayout: number;
  readonly vendorId: number;
  readonly deviceId: number;
  /** What the function is, as its PCI Express capability says: "root port". */
  readonly port?: string;
  /** Lanes that the link can have at most. */
  readonly lanes?: number;
}

/**
 * A capability as its decoder sees it: offsets are from its start, and nothing behind its end can be read.
 *
 * Guarantees: what is asked for and cut off is absent from what comes back, and makes the scope `truncated`; so a count or
 * length that a device gives costs no more than the bytes that are there.
 */
export class Scope {
  readonly facts: FunctionFacts;
  /** Version of the layout; 0 where a capability has none in its header. */
  readonly version: number;
  readonly #memory: Memory;
  readonly #at: number;
  #end: number;
  #stated = Infinity;
  #length = 0;
  #truncated = false;

  constructor(memory: Memory, at: number, end: number, facts: FunctionFacts, version = 0) {
    this.facts = facts;
    this.version = version;
    this.#memory = memory;
    this.#at = at;
    this.#end = end;
  }

  /** Bytes that the capability takes, as far as what was asked for tells; those cut off are counted. */
  get length(): number {
    return this.#length;
  }

  /** Something that was asked for is not there. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /** Reads the registers of a map that begins `offset` bytes from the start. */
  read<const M extends RegisterMap, const X extends Meanings = Record<never, never>>(
    map: M,
    meanings?: X,
    offset = 0,
  ): Fields<M, X> {
    this.claim(Math.max(0, ...Object.values(map).map((declaration) => offset + endOf(declaration))));
    return readFields(this.#memory, map, meanings ?? {} as X, this.#at + offset, this.#end);
  }

  /** Reads up to `count` numbers that follow each other. */
  numbers(offset: number, count: number, width: 8 | 16 | 32): number[] {
    return this.list(offset, count, width / 8, (at) => this.read({ value: { at: 0, width } }, {}, at).value)
      .filter((value) => value !== undefined);
  }

  /**
   * Reads up to `count` entries, as many as begin in front of the end.
   *
   * @param stride Bytes from one entry to the next.
   */
  list<T>(offset: number, count: number, stride: number, entry: (offset: number, index: number) => T): T[] {
    this.claim(offset + count * stride);
    const there = Math.min(count, Math.floor((this.#end - this.#at - offset + stride - 1) / stride));
    const entries: T[] = [];
    for (let index = 0; index < there; index++) entries.push(entry(offset + index * stride, index));
    return entries;
  }

  /** Tells whether bytes are there. */
  has(offset: number, size: number): boolean {
    return this.#at + offset + size <= this.#end;
  }

  /** Says that the capability is at least so long. */
  claim(length: number): void {
    const own = Math.min(length, this.#stated);
    this.#length = Math.max(this.#length, own);
    if (this.#at + own > this.#end) this.#truncated = true;
  }

  /** Ends the capability where it says that it does: what layouts have behind that is not there, and not missed. */
  endsAt(length: number): void {
    this.#stated = length;
    this.claim(length);
    this.#end = Math.min(this.#end, this.#at + length);
  }
}
