/** Submissions: a submission queue, the commands in it, and whom to tell of their end. */
import type { Memory } from "../../../core/memory.ts";
import { DescriptorRing } from "../../../driverkit/descriptor_ring.ts";
import { fence } from "../../../driverkit/fence.ts";
import { IdPool } from "../../../driverkit/id_pool.ts";
import { COMMAND, highOf, lowOf } from "./entry_words.ts";
import { checkBlocks, tooBig } from "./queue_checks.ts";
import type { BlockTarget, NvmeHandler } from "./queue_types.ts";
import { PRPS } from "./transfer.ts";
import type { NvmeTransfer } from "./transfer.ts";

// A constant of this file is one for V8 too; an imported one is looked up at each use.
const {
  words: WORDS,
  opcode: OPCODE,
  namespace: NAMESPACE,
  prp1: PRP1,
  prp2: PRP2,
  lba: LBA,
  blocks: BLOCKS,
} = COMMAND;
const { first: FIRST, none: NONE, page: PAGE, list: LIST } = PRPS;
/** Words that no command about blocks has: 0 from the start, and cleared where a command from elsewhere was. */
const RARE: readonly number[] = [2, 3, 4, 5, 13, 14, 15];

/**
 * A submission queue as the driver fills it.
 *
 * No more commands are under way than it has entries but one. So an entry that is filled again was fetched: were it not,
 * all behind it would be under way too. What completions tell of its head is not needed for that.
 */
export class Submissions {
  readonly #words: Uint32Array;
  readonly #ring: DescriptorRing;
  readonly #ids: IdPool;
  readonly #handlers: (NvmeHandler | undefined)[];
  /** What the controller was told last. */
  #rung = 0;
  /** Entries to come that may hold words that only commands from elsewhere have. */
  #foreign = 0;

  /** Lays a queue over the start of `words`. */
  constructor(words: Uint32Array, entries: number) {
    this.#words = words;
    this.#ring = new DescriptorRing(words, { entries, stride: WORDS });
    this.#ids = new IdPool(this.#ring.capacity);
    this.#handlers = new Array<NvmeHandler | undefined>(this.#ring.capacity).fill(undefined);
  }

  /** Commands that can be under way at a time. */
  get capacity(): number {
    return this.#ring.capacity;
  }

  /** Commands under way. */
  get inFlight(): number {
    return this.#ring.used;
  }

  /** Puts in a command whose words are given, but for the id. @returns Its id; -1 without room. */
  copy(command: Uint32Array, handler: NvmeHandler): number {
    const at = this.#ring.take();
    if (at < 0) return -1;
    for (let i = 1; i < WORDS; i++) this.#words[at + i] = command[i] ?? 0;
    this.#foreign = this.capacity + 1;
    return this.#name(at, (command[OPCODE] ?? 0) & 0xffff, handler);
  }

  /** Puts in a command about a namespace. */
  plain(opcode: number, namespace: number, handler: NvmeHandler): number {
    const at = this.#begin(namespace);
    if (at < 0) return -1;
    this.#words.fill(0, at + PRP1, at + BLOCKS + 1);
    return this.#name(at, opcode, handler);
  }

  /** Puts in a command about blocks that moves no data. */
  blocks(
    opcode: number,
    target: BlockTarget,
    lba: number | bigint,
    blocks: number,
    handler: NvmeHandler,
  ): number {
    checkBlocks(lba, blocks);
    const at = this.#begin(target.id);
    if (at < 0) return -1;
    this.#words.fill(0, at + PRP1, at + LBA);
    this.#range(at, lba, blocks, 0);
    return this.#name(at, opcode, handler);
  }

  /** Puts in a command that moves blocks. @param flags Bits of the word that has the count. */
  move(
    opcode: number,
    target: BlockTarget,
    memory: NvmeTransfer,
    lba: number | bigint,
    blocks: number,
    handler: NvmeHandler,
    flags: number,
  ): number {
    checkBlocks(lba, blocks);
    const size = blocks * (1 << target.blockShift);
    if (size > memory.size) throw tooBig(size, memory.size);
    const at = this.#begin(target.id);
    if (at < 0) return -1;
    const words = this.#words;
    const { prps } = memory;
    words[at + PRP1] = prps[FIRST] as number;
    words[at + PRP1 + 1] = prps[FIRST + 1] as number;
    // Nothing, the second page itself when it is the last, or the list of all but the first.
    const second = size <= memory.first ? NONE : size <= memory.second ? PAGE : LIST;
    words[at + PRP2] = prps[second] as number;
    words[at + PRP2 + 1] = prps[second + 1] as number;
    this.#range(at, lba, blocks, flags);
    return this.#name(at, opcode, handler);
  }

  /** Tells the controller of what it was not told of yet. @param bell Where its doorbell is. */
  ring(bar: Memory, bell: number): void {
    const { tail } = this.#ring;
    if (tail === this.#rung) return;
    fence();
    bar.write32(bell, tail);
    this.#rung = tail;
  }

  /** Ends a command. @returns Whom to tell; undefined: no such command is under way. */
  end(id: number): NvmeHandler | undefined {
    const slot = this.#ids.give(id);
    if (slot < 0) return undefined;
    const handler = this.#handlers[slot];
    this.#handlers[slot] = undefined;
    this.#ring.give(1);
    return handler;
  }

  /** The ids of all commands under way. */
  ids(): number[] {
    const slots = Array.from({ length: this.capacity }, (_, slot) => this.#ids.at(slot));
    return slots.filter((id) => id >= 0);
  }

  /** Begins anew, empty, for a controller that was reset. */
  clear(): void {
    this.#ring.clear();
    this.#rung = 0;
  }

  /** Takes an entry whose {@linkcode RARE} words are 0. @returns Where it begins; -1 without room. */
  #begin(namespace: number): number {
    const at = this.#ring.take();
    if (at < 0) return at;
    if (this.#foreign > 0) this.#clean(at);
    this.#words[at + NAMESPACE] = namespace;
    return at;
  }

  #clean(at: number): void {
    this.#foreign--;
    for (const word of RARE) this.#words[at + word] = 0;
  }

  #range(at: number, lba: number | bigint, blocks: number, flags: number): void {
    const words = this.#words;
    if (typeof lba === "number" && lba >>> 0 === lba) {
      words[at + LBA] = lba;
      words[at + LBA + 1] = 0;
    } else {
      words[at + LBA] = lowOf(lba);
      words[at + LBA + 1] = highOf(lba);
    }
    words[at + BLOCKS] = (blocks - 1) | flags;
  }

  /** Writes the first word. There are as many ids as entries that can be taken. */
  #name(at: number, opcode: number, handler: NvmeHandler): number {
    const id = this.#ids.take();
    this.#handlers[this.#ids.slot(id)] = handler;
    this.#words[at + OPCODE] = opcode | (id << 16);
    return id;
  }
}
