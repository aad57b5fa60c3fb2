/** Names of NVMe status codes. */
import { NVME_STATUS } from "./registers_status_data.ts";
import type { NvmeStatus } from "./registers_status_data.ts";

const NAMES: ReadonlyMap<number, NvmeStatus> = new Map(
  Object.entries(NVME_STATUS).map(([name, code]) => [code, name as NvmeStatus]),
);

/**
 * Names a status: "lbaOutOfRange"; undefined for one that is not known.
 *
 * @param status The code with its type above it, as `status` in {@linkcode NVME_COMPLETION} has it.
 */
export function nvmeStatusName(status: number): NvmeStatus | undefined {
  return NAMES.get(status);
}
