/** Entries of NVMe queues: commands, and how they ended. */
import type { RegisterMap } from "../../core/registers.ts";

/** Bytes of a submission queue entry. */
export const NVME_COMMAND_SIZE = 64;

/**
 * What every command has, in a submission queue entry of 64 bytes. What differs is in {@linkcode NVME_COMMANDS}.
 *
 * @see NVM Express Base Specification 1.4, section 4.2
 */
export const NVME_COMMAND = {
  /** {@linkcode NVME_ADMIN} or {@linkcode NVME_IO}. */
  opcode: { at: 0, width: 8 },
  /** `psdt`: 0 data by PRPs, else by SGLs; `fuse`: 1 or 2 in a pair of fused commands. */
  flags: { at: 1, width: 8, fields: { psdt: [7, 6], fuse: [1, 0] } },
  /** Chosen by the host: no two commands of one queue under way may share it. */
  cid: { at: 2, width: 16 },
  /** The namespace; 0xffffffff: all of them. */
  nsid: { at: 4, width: 32 },
  /** Metadata. */
  mptr: { at: 16, width: 64 },
  /** Where the data begin: an IOVA, any multiple of 4. */
  prp1: { at: 24, width: 64 },
  /** Where they go on after the first page: page-aligned when that is the last, else a list of pages. */
  prp2: { at: 32, width: 64 },
  cdw10: { at: 40, width: 32 },
  cdw11: { at: 44, width: 32 },
  cdw12: { at: 48, width: 32 },
  cdw13: { at: 52, width: 32 },
  cdw14: { at: 56, width: 32 },
  cdw15: { at: 60, width: 32 },
} as const satisfies RegisterMap;

/** Bytes of a completion queue entry. */
export const NVME_COMPLETION_SIZE = 16;

/**
 * A completion queue entry of 16 bytes. It is new when `phase` differs from the last time around.
 *
 * @see NVM Express Base Specification 1.4, section 4.6
 */
export const NVME_COMPLETION = {
  /** What the command gives back, if anything. */
  result: { at: 0, width: 32 },
  reserved: { at: 4, width: 32 },
  /** Head of the submission queue: entries before it may be used again. */
  sqhd: { at: 8, width: 16 },
  /** The submission queue. */
  sqid: { at: 10, width: 16 },
  /** The command. */
  cid: { at: 12, width: 16 },
  /**
   * How it ended. `dnr`: again would fail again; `more`: the error log tells more; `crd`: which retry delay;
   * `status`: one of {@linkcode NVME_STATUS}, its type in the upper three bits.
   */
  status: {
    at: 14,
    width: 16,
    fields: { dnr: 15, more: 14, crd: [13, 12], status: [11, 1], phase: 0 },
  },
} as const satisfies RegisterMap;

/** Bytes of a range in Dataset Management's list. */
export const NVME_RANGE_SIZE = 16;

/** A range of blocks in Dataset Management's list. */
export const NVME_RANGE = {
  /** How it is used; advice. */
  attributes: { at: 0, width: 32 },
  /** Blocks. */
  nlb: { at: 4, width: 32 },
  /** The first block. */
  slba: { at: 8, width: 64 },
} as const satisfies RegisterMap;

/**
 * The result of an Asynchronous Event Request: something happened. `page` is the log page that tells more, and by
 * reading it events of that type come again.
 *
 * @see NVM Express Base Specification 1.4, section 5.2
 */
export const NVME_EVENT = {
  result: { at: 0, width: 32, fields: { page: [23, 16], info: [15, 8], type: [2, 0] } },
} as const satisfies RegisterMap;

/** Types of events. */
export const NVME_EVENT_TYPE = { error: 0, health: 1, notice: 2 } as const;

/** What an error event can be about. */
export const NVME_ERROR_EVENT = { invalidDoorbell: 0, invalidDoorbellValue: 1 } as const;

/** What a health event can be about. */
export const NVME_HEALTH_EVENT = { reliability: 0, temperature: 1, spare: 2 } as const;
