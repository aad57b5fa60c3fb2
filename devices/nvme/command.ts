/** Commands as the controller holds them, and how they end. */
import { ByteMemory } from "../../core/byte_memory.ts";
import { registers } from "../../core/registers.ts";
import type { RegisterMap, Registers } from "../../core/registers.ts";
import type { SubmissionQueue } from "./queues.ts";
import { NVME_COMMAND } from "./registers_entries.ts";
import { unpackFields } from "./registers_fields.ts";

/** How a command ended. */
export interface Outcome {
  /** One of `NVME_STATUS`. */
  readonly status: number;
  /** What it gives back. @default 0 */
  readonly result?: number;
}

/** A command that needs more time. */
export interface Later {
  /** Virtual time from now. */
  readonly nanoseconds: number;
  /** Goes on. */
  readonly then: () => Step;
  /** It has begun to change things, and can no longer be aborted. @default false */
  readonly committed?: boolean;
}

/** A command that stays until something happens: an event request. */
export interface Held {
  readonly held: true;
}

/** What comes of working on a command. */
export type Step = Outcome | Later | Held;

/** It succeeded, and there is nothing to tell. */
export const SUCCESS: Outcome = { status: 0 };

/** A command that was fetched. */
export class Command {
  /** Where it came from. */
  readonly queue: SubmissionQueue;
  readonly opcode: number;
  readonly cid: number;
  readonly nsid: number;
  readonly prp1: bigint;
  readonly prp2: bigint;
  /** It is what no command may be: data by SGLs, or one of a pair. */
  readonly flagged: boolean;
  readonly #memory: ByteMemory;

  /** Takes a fetched entry; `bytes` are its own from here on. */
  constructor(queue: SubmissionQueue, bytes: Uint8Array) {
    const memory = new ByteMemory(bytes);
    const flags = unpackFields(NVME_COMMAND.flags, memory.read8(NVME_COMMAND.flags.at));
    this.queue = queue;
    this.opcode = memory.read8(NVME_COMMAND.opcode.at);
    this.cid = memory.read16(NVME_COMMAND.cid.at);
    this.nsid = memory.read32(NVME_COMMAND.nsid.at);
    this.prp1 = memory.read64(NVME_COMMAND.prp1.at);
    this.prp2 = memory.read64(NVME_COMMAND.prp2.at);
    this.flagged = flags.psdt !== 0 || flags.fuse !== 0;
    this.#memory = memory;
  }

  /** The words of its own, by one of `NVME_COMMANDS`. */
  words<const M extends RegisterMap>(map: M): Registers<M> {
    return registers(this.#memory, map);
  }
}
