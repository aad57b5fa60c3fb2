/** Queues: rings in the host's memory, and what the controller remembers of them. */
import type { Timer } from "../device_model.ts";
import type { Command } from "./command.ts";
import type { NvmeCompletion } from "./completion.ts";

/** Where a ring is. */
export interface Ring {
  readonly id: number;
  /** IOVA of its first entry. */
  readonly address: bigint;
  /** Entries. */
  readonly size: number;
}

/** A command under way. */
export interface Running {
  readonly command: Command;
  /** What it waits for; undefined while it is held, or waits to be posted. */
  timer: Timer | undefined;
  /** It may be aborted. */
  abortable: boolean;
  /** It waits for something to happen. */
  held: boolean;
}

/** A completion that waits for room in the queue. */
export interface Pending {
  readonly entry: NvmeCompletion;
  readonly from: SubmissionQueue;
  /** The command whose last word it is. */
  readonly ends: Command | undefined;
}

/** A completion queue. */
export class CompletionQueue implements Ring {
  readonly id: number;
  readonly address: bigint;
  readonly size: number;
  /** It interrupts. */
  readonly interrupting: boolean;
  readonly vector: number;
  /** What new entries are marked with. */
  phase = true;
  /** Where the next entry goes. */
  tail = 0;
  /** How far the host has read. */
  head = 0;
  readonly pending: Pending[] = [];

  /** Makes an empty queue. */
  constructor({ id, address, size }: Ring, interrupts: { readonly on: boolean; readonly vector: number }) {
    this.id = id;
    this.address = address;
    this.size = size;
    this.interrupting = interrupts.on;
    this.vector = interrupts.vector;
  }

  /** Nothing is there that the host has not read. */
  get empty(): boolean {
    return this.head === this.tail;
  }

  /** There is no room: one entry always stays free. */
  get full(): boolean {
    return (this.tail + 1) % this.size === this.head;
  }

  /** IOVA of the next entry to write, of `size` bytes. */
  place(size: number): bigint {
    return BigInt.asUintN(64, this.address + BigInt(this.tail * size));
  }

  /** Goes on to the next entry; around the ring the phase changes. */
  advance(): void {
    this.tail = (this.tail + 1) % this.size;
    if (this.tail === 0) this.phase = !this.phase;
  }

  /** Takes the host's word on how far it has read. @returns Whether that can be. */
  setHead(value: number): boolean {
    const read = (value - this.head + this.size) % this.size;
    const there = (this.tail - this.head + this.size) % this.size;
    if (value >= this.size || read === 0 || read > there) return false;
    this.head = value;
    return true;
  }
}

/** A submission queue. */
export class SubmissionQueue implements Ring {
  readonly id: number;
  readonly address: bigint;
  readonly size: number;
  /** Where its commands complete. */
  readonly completions: CompletionQueue;
  /** The next entry to fetch. */
  head = 0;
  /** Where the host writes next. */
  tail = 0;
  /** Commands under way, by their id. */
  readonly running = new Map<number, Running>();
  /** How many have been fetched and not posted, without those that are held. */
  outstanding = 0;

  /** Makes an empty queue. */
  constructor({ id, address, size }: Ring, completions: CompletionQueue) {
    this.id = id;
    this.address = address;
    this.size = size;
    this.completions = completions;
  }

  /** There is a command to fetch, and room to work on it: no more are under way than the queue has entries. */
  get ready(): boolean {
    return this.head !== this.tail && this.outstanding < this.size;
  }

  /** IOVA of the next entry to fetch, of `size` bytes. */
  place(size: number): bigint {
    return BigInt.asUintN(64, this.address + BigInt(this.head * size));
  }

  /** Goes on to the next entry. */
  advance(): void {
    this.head = (this.head + 1) % this.size;
  }

  /** Finds a command under way; undefined for one that never began, as its id was taken. */
  find(command: Command): Running | undefined {
    const running = this.running.get(command.cid);
    return running?.command === command ? running : undefined;
  }

  /** Forgets a command whose completion the host can see. */
  ended(command: Command): void {
    this.outstanding--;
    if (this.find(command) !== undefined) this.running.delete(command.cid);
  }

  /** Takes the host's word on how far it has written. @returns Whether that can be. */
  setTail(value: number): boolean {
    const added = (value - this.tail + this.size) % this.size;
    const room = (this.head - this.tail - 1 + this.size) % this.size;
    if (value >= this.size || added === 0 || added > room) return false;
    this.tail = value;
    return true;
  }
}
