/** Submissions: a submission queue, the commands in it, and whom to tell of their end. */
import type { Memory } from "../../../core/memory.ts";
import { CommandRing } from "../../../driverkit/command_ring.ts";
import { fence } from "../../../driverkit/fence.ts";
import { COMMAND, highOf, lowOf } from "./entry_words.ts";
import { checkBlocks, checkMove } from "./queue_checks.ts";
import type { BlockTarget, NvmeHandler } from "./queue_types.ts";
import type { NvmeTransfer } from "./transfer.ts";

// A constant of this file is one for V8 too; an imported one is looked up at each use.
const { words: WORDS, opcode: OPCODE, namespace: NAMESPACE, prp1: PRP1, blocks: BLOCKS } = COMMAND;
/** Tells V8 that an entry's place is small: without, it checks each sum for an overflow. */
const PLACE = 0x7_ffff;
const U32 = 2 ** 32;
/** Words that no command about blocks has: 0 from the start, and cleared where a command from elsewhere was. */
const RARE: readonly number[] = [2, 3, 4, 5, 13, 14, 15];

/** A submission queue as the driver fills it. What completions tell of its head is not needed for that. */
export class Submissions extends CommandRing<NvmeHandler> {
  /** What the controller was told last. */
  #rung = 0;
  /** Entries to come that may hold words that only commands from elsewhere have. */
  #foreign = 0;

  /** Lays a queue over the start of `words`. */
  constructor(words: Uint32Array, entries: number) {
    super(words, { entries, stride: WORDS });
  }

  /** Puts in a command whose words are given, but for the id. @returns Its id; -1 without room. */
  copy(command: Uint32Array, handler: NvmeHandler): number {
    const id = this.take(handler);
    if (id < 0) return -1;
    this.#foreign = this.capacity + 1;
    const { at, words } = this;
    for (let i = 1; i < WORDS; i++) words[at + i] = command[i] ?? 0;
    words[at + OPCODE] = ((command[OPCODE] ?? 0) & 0xffff) | (id << 16);
    return id;
  }

  /** Puts in a command about a namespace. */
  plain(opcode: number, namespace: number, handler: NvmeHandler): number {
    const id = this.take(handler);
    if (id < 0) return -1;
    const at = this.#begin(opcode | (id << 16), namespace);
    this.words.fill(0, at, at + BLOCKS - PRP1 + 1);
    return id;
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
    const id = this.take(handler);
    if (id < 0) return -1;
    const { words } = this;
    const at = this.#begin(opcode | (id << 16), target.id);
    words.fill(0, at, at + 4);
    this.#lba(at, lba);
    words[at + 6] = blocks - 1;
    return id;
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
    const { blockShift } = target;
    if (
      typeof lba !== "number" || lba >>> 0 !== lba || blocks >>> 0 !== blocks || blocks === 0 ||
      blocks > memory.size >>> blockShift
    ) checkMove(lba, blocks, blockShift, memory.size);
    const id = this.take(handler);
    if (id < 0) return -1;
    const at = this.#begin(opcode | (id << 16), target.id);
    const { words } = this;
    words[at] = memory.firstLow;
    words[at + 1] = memory.firstHigh;
    const size = blocks << blockShift;
    if (size <= memory.first) words[at + 2] = words[at + 3] = 0;
    else this.#pages(at, memory, size);
    if (typeof lba === "number" && lba < U32) {
      words[at + 4] = lba;
      words[at + 5] = 0;
    } else this.#lba(at, lba);
    words[at + 6] = (blocks - 1) | flags;
    return id;
  }

  /** Tells the controller of what it was not told of yet. @param bell Where its doorbell is. */
  ring(bar: Memory, bell: number): void {
    const { tail } = this;
    if (tail === this.#rung) return;
    fence();
    bar.write32(bell, tail);
    this.#rung = tail;
  }

  /** Begins anew, empty, for a controller that was reset. */
  override clear(): void {
    super.clear();
    this.#rung = 0;
  }

  /** Begins the entry that was taken: its {@linkcode RARE} words are 0 then. @returns Where its PRP1 is. */
  #begin(first: number, namespace: number): number {
    const at = this.at & PLACE;
    if (this.#foreign > 0) this.#clean(at);
    this.words[at + OPCODE] = first;
    this.words[at + NAMESPACE] = namespace;
    return at + PRP1;
  }

  /** Writes PRP2: the second page when it is the last, else the list of all but the first. */
  #pages(at: number, memory: NvmeTransfer, size: number): void {
    const { words } = this;
    const two = size <= memory.second;
    words[at + 2] = two ? memory.secondLow : memory.listLow;
    words[at + 3] = two ? memory.secondHigh : memory.listHigh;
  }

  #lba(at: number, lba: number | bigint): void {
    this.words[at + 4] = lowOf(lba);
    this.words[at + 5] = highOf(lba);
  }

  #clean(at: number): void {
    this.#foreign--;
    for (const word of RARE) this.words[at + word] = 0;
  }
}
