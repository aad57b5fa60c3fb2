/** Entries of queues as 32-bit words, derived from their registers: what the fast floor indexes with. */
import { NVME_COMMANDS } from "../registers_commands.ts";
import {
  NVME_COMMAND,
  NVME_COMMAND_SIZE,
  NVME_COMPLETION,
  NVME_COMPLETION_SIZE,
} from "../registers_entries.ts";
import { packFields } from "../registers_fields.ts";

/**
 * Words of a submission queue entry, and where in it things are. `opcode` has the id in its upper half; from `prp1` on
 * there are seven words in a row: PRP1, PRP2 and the first block, two each, and the word that has the count of blocks.
 */
export const COMMAND = {
  words: NVME_COMMAND_SIZE >>> 2,
  opcode: NVME_COMMAND.opcode.at >>> 2,
  namespace: NVME_COMMAND.nsid.at >>> 2,
  prp1: NVME_COMMAND.prp1.at >>> 2,
  blocks: NVME_COMMANDS.blocks.cdw12.at >>> 2,
} as const;

/**
 * Words of a completion queue entry. `from` is the submission queue's head and, above it, its id; `end` the command's id
 * and, above it, the status, of which `phase` is the lowest bit.
 */
export const COMPLETION = {
  words: NVME_COMPLETION_SIZE >>> 2,
  result: NVME_COMPLETION.result.at >>> 2,
  from: NVME_COMPLETION.sqhd.at >>> 2,
  end: NVME_COMPLETION.cid.at >>> 2,
  phase: 16,
} as const;

/** Force Unit Access, in the word of `blocks`. */
export const FUA: number = packFields(NVME_COMMANDS.blocks.cdw12, { fua: true });

/** The lower half of a block's number. */
export function lowOf(lba: number | bigint): number {
  return typeof lba === "number" ? lba >>> 0 : Number(lba & 0xffff_ffffn);
}

/** The upper half of a block's number. */
export function highOf(lba: number | bigint): number {
  return typeof lba === "number" ? (lba - (lba >>> 0)) / 2 ** 32 : Number(lba >> 32n);
}
