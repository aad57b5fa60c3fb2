/** Completions: what the controller tells of a command, and how it lies in the queue. */
import { ByteMemory } from "../../core/byte_memory.ts";
import { registers } from "../../core/registers.ts";
import { NVME_COMPLETION, NVME_COMPLETION_SIZE } from "./registers_entries.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

/** A completion as it goes into the queue. */
export interface NvmeCompletion {
  /** What the command gives back. */
  readonly result: number;
  /** The submission queue. */
  readonly sqid: number;
  /** Its head. @default what it is when the entry is written */
  readonly sqhd?: number;
  /** The command. */
  readonly cid: number;
  /** One of `NVME_STATUS`. */
  readonly status: number;
  /** The error log tells more. */
  readonly more: boolean;
  /** Again would fail again. */
  readonly dnr: boolean;
}

/** Errors that may be gone at the next try. */
const PASSING: ReadonlySet<number> = new Set([
  NVME_STATUS.commandIdConflict,
  NVME_STATUS.dataTransferError,
  NVME_STATUS.internalError,
  NVME_STATUS.abortRequested,
  NVME_STATUS.abortedSubmissionQueueDeleted,
  NVME_STATUS.formatInProgress,
  NVME_STATUS.abortLimitExceeded,
  NVME_STATUS.asyncEventLimitExceeded,
  NVME_STATUS.invalidQueueDeletion,
]);

/** Whether a command that ended so would end so again. */
export function isLasting(status: number): boolean {
  return status !== 0 && !PASSING.has(status);
}

/** Gives the bytes of a completion. */
export function encodeCompletion(entry: NvmeCompletion, sqhd: number, phase: boolean): Uint8Array {
  const bytes = new Uint8Array(NVME_COMPLETION_SIZE);
  const fields = registers(new ByteMemory(bytes), NVME_COMPLETION);
  const { result, sqid, cid, status, more, dnr } = entry;
  fields.result.write(result);
  fields.sqhd.write(sqhd);
  fields.sqid.write(sqid);
  fields.cid.write(cid);
  fields.status.write({ status, more, dnr, phase });
  return bytes;
}
