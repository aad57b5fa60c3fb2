/** Reads: reads one after the other, over and over, as `struct run` of bench/c/nvme.c does. */
import type { BlockTarget, NvmeHandler, NvmeQueue, NvmeTransfer } from "@vfio/vfio/nvme";

/** What is read, and where to. */
export interface Work {
  readonly queue: NvmeQueue;
  readonly target: BlockTarget;
  /** Memory for one read each: as many as are under way at most. */
  readonly transfers: readonly NvmeTransfer[];
  /** Where to read, in turn: as many as a power of two tells. */
  readonly lbas: Uint32Array<ArrayBuffer>;
  /** Blocks of each read. */
  readonly blocks: number;
}

/** Keeps one of them under way. */
class Reader implements NvmeHandler {
  readonly #reads: Reads;
  readonly memory: NvmeTransfer;

  constructor(reads: Reads, memory: NvmeTransfer) {
    this.#reads = reads;
    this.memory = memory;
  }

  completed(_id: number, status: number): void {
    this.#reads.ended(this, status);
  }
}

/** Reads, again and again, without allocating anything. */
export class Reads {
  // As in C: what each command needs is in the loop's own hands.
  readonly #queue: NvmeQueue;
  readonly #target: BlockTarget;
  readonly #readers: readonly Reader[];
  readonly #lbas: Uint32Array = new Uint32Array();
  readonly #blocks: number = 0;
  #next = 0;
  #commands = 0;
  #left = 0;
  #ended = 0;
  #failed = 0;

  /** Prepares it. */
  constructor(work: Work) {
    this.#queue = work.queue;
    this.#target = work.target;
    this.#readers = work.transfers.map((memory) => new Reader(this, memory));
    this.#lbas = work.lbas;
    this.#blocks = work.blocks;
  }

  /** Whether all have ended. */
  get done(): boolean {
    return this.#ended === this.#commands;
  }

  /** Starts `commands` reads, with up to `depth` under way; {@linkcode poll} goes on with them. */
  start(depth: number, commands: number): void {
    this.#commands = this.#left = commands;
    this.#ended = 0;
    for (let i = 0; i < depth; i++) this.#begin(this.#readers[i] as Reader);
    this.#queue.ring();
  }

  /** Takes what is there, and tells the device of what was put in for it. @returns How much it was. */
  poll(): number {
    const taken = this.#queue.poll();
    if (taken > 0) this.#queue.ring();
    if (this.#failed !== 0) throw new Error(`a read ended with status 0x${this.#failed.toString(16)}`);
    return taken;
  }

  /** Reads `commands` times, with `depth` under way. @param rest What is done after each poll that finds nothing. */
  read(depth: number, commands: number, rest?: () => void): void {
    this.start(depth, commands);
    while (!this.done) {
      if (this.poll() === 0) rest?.();
    }
  }

  /** Takes an end, and goes on. */
  ended(reader: Reader, status: number): void {
    this.#ended++;
    if (status !== 0) this.#failed = status;
    if (this.#left > 0) this.#begin(reader);
  }

  #begin(reader: Reader): void {
    const lbas = this.#lbas;
    const lba = lbas[this.#next++ & (lbas.length - 1)] as number;
    this.#left--;
    this.#queue.read(this.#target, reader.memory, lba, this.#blocks, reader);
  }
}
