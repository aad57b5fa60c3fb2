/** The kernel's log as lines. */
import type { LogLine } from "../../core/host_details.ts";
import { readKernelLog } from "../../os/kernel_log.ts";
import { hasCode } from "../../os/system_error.ts";

const US_PER_S = 1e6;
/** "6,339,5140900,-;NET: Registered protocol family 10", and lines of properties behind it. */
const RECORD = /^\d+,(\d+),(\d+),[^;]*;([^\n]*)/;

/** Reads a record of /dev/kmsg; undefined when it is none. @see Linux, Documentation/ABI/testing/dev-kmsg */
export function parseRecord(record: string): LogLine | undefined {
  const [, sequence, microseconds, text] = RECORD.exec(record) ?? [];
  if (sequence === undefined || text === undefined) return undefined;
  return { sequence: Number(sequence), seconds: Number(microseconds) / US_PER_S, text };
}

/** Reads the lines behind a sequence number; undefined when this user may not. */
export function kernelLog(after: number): LogLine[] | undefined {
  try {
    return readKernelLog().map(parseRecord).filter((line) => line !== undefined)
      .filter(({ sequence }) => sequence > after);
  } catch (error) {
    if (hasCode(error, "EPERM", "EACCES", "ENOENT")) return undefined;
    throw error;
  }
}
