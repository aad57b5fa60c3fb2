/** What goes wrong: commands that a controller ends with an error status, and controllers that cannot be used. */
import { VfioError } from "../../../core/errors.ts";
import type { ErrorCode } from "../../../core/errors.ts";
import { nvmeStatusName } from "../registers_status.ts";
import type { NvmeStatus } from "../registers_status_data.ts";
import { VERBS } from "./verbs.ts";
import type { NvmeCommandName } from "./verbs.ts";

/** Where a status comes from. */
export type NvmeStatusType = "generic" | "command" | "medium" | "path" | "vendor" | "reserved";

/** What a completion told of a command that failed. */
export interface NvmeFailure {
  /** Address of the controller. */
  readonly address: string;
  /** What was to be done. */
  readonly command: NvmeCommandName;
  /** The namespace that it was about; 0: none. */
  readonly namespace: number;
  /** Status code and type, as in `NVME_STATUS`. */
  readonly status: number;
  /** Bits of the status above it: 8 do not retry, 4 more in the error log. */
  readonly flags: number;
  /** What is known beyond the status, as a clause. */
  readonly detail?: string;
  /** The errno, where the status alone would give another. */
  readonly code?: ErrorCode;
  /** What led to it. */
  readonly cause?: unknown;
}

const TYPES: Readonly<Record<number, NvmeStatusType>> = {
  0: "generic",
  1: "command",
  2: "medium",
  3: "path",
  7: "vendor",
};
const DO_NOT_RETRY = 8;
const MORE = 4;

/** The errno that fits a status; EIO where none does better. */
const CODES: Readonly<Partial<Record<NvmeStatus, ErrorCode>>> = {
  invalidOpcode: "EOPNOTSUPP",
  invalidField: "EINVAL",
  invalidNamespaceOrFormat: "EINVAL",
  invalidFormat: "EINVAL",
  invalidLogPage: "EINVAL",
  invalidQueueId: "EINVAL",
  invalidQueueSize: "EINVAL",
  invalidInterruptVector: "EINVAL",
  lbaOutOfRange: "EINVAL",
  capacityExceeded: "ENOSPC",
  insufficientCapacity: "ENOSPC",
  writeProtected: "EROFS",
  readOnlyRange: "EROFS",
  accessDenied: "EACCES",
  operationDenied: "EACCES",
  namespaceNotReady: "EAGAIN",
  formatInProgress: "EBUSY",
  abortLimitExceeded: "EBUSY",
  asyncEventLimitExceeded: "EBUSY",
  abortRequested: "ECANCELED",
  abortedSubmissionQueueDeleted: "ECANCELED",
  abortedByHost: "ECANCELED",
};

/**
 * A command that the controller ended with an error status.
 *
 * It is a {@linkcode VfioError}, so that one `instanceof` catches all that can go wrong with a device; `code` is the
 * errno that fits best ("EIO" where none does), and the status says exactly what happened.
 *
 * @example Branch on the status
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { openDevice } from "@vfio/vfio";
 * import { EmulatedNvme } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { NvmeError, openNvme } from "@vfio/vfio/nvme";
 *
 * const backend = new EmulatedHost().plug("0000:01:00.0", new EmulatedNvme());
 * using device = openDevice("0000:01:00.0", { backend });
 * await using nvme = await openNvme(device);
 * const namespace = nvme.namespace(1);
 *
 * const error = await assertRejects(() => namespace.read(namespace.blocks, new Uint8Array(512)), NvmeError);
 * assertEquals([error.statusName, error.statusType, error.code], ["lbaOutOfRange", "generic", "EINVAL"]);
 * ```
 */
export class NvmeError extends VfioError {
  /** "NvmeError". */
  override readonly name: string = "NvmeError";
  /** The command, as `NVME_ADMIN` and `NVME_IO` name it. */
  readonly command: NvmeCommandName;
  /** The namespace that it was about; 0: none, 0xffffffff: all. */
  readonly namespace: number;
  /** Status code and type in one, as in `NVME_STATUS`. */
  readonly status: number;
  /** The status by name; undefined for one that the specification does not name, or the vendor's. */
  readonly statusName: NvmeStatus | undefined;
  /** Whether the same command would fail again. */
  readonly doNotRetry: boolean;
  /** Whether the error log tells more. */
  readonly more: boolean;

  /** Makes an error of what a completion told. */
  constructor(failure: NvmeFailure) {
    const { address, command, namespace, status, flags, detail, cause } = failure;
    const statusName = nvmeStatusName(status);
    const known = statusName === undefined ? undefined : CODES[statusName];
    const told = `status 0x${status.toString(16).padStart(3, "0")}${statusName ? `, ${statusName}` : ""}`;
    super({
      code: failure.code ?? known ?? "EIO",
      operation: VERBS[command],
      subject: namespace === 0 ? address : `${nameOf(namespace)} of ${address}`,
      detail: detail === undefined ? told : `${told}: ${detail}`,
      cause,
    });
    this.command = command;
    this.namespace = namespace;
    this.status = status;
    this.statusName = statusName;
    this.doNotRetry = (flags & DO_NOT_RETRY) !== 0;
    this.more = (flags & MORE) !== 0;
  }

  /** Where the status comes from. */
  get statusType(): NvmeStatusType {
    return TYPES[this.status >>> 8] ?? "reserved";
  }

  /** The code within its type, 0 to 255. */
  get statusCode(): number {
    return this.status & 0xff;
  }
}

/** Makes an error about a controller, rather than about what it said of a command. */
export function controllerError(
  code: ErrorCode,
  operation: string,
  address: string,
  detail: string,
  cause?: unknown,
): VfioError {
  return new VfioError({ code, operation, subject: address, detail, cause });
}

/** Makes the error for whatever is used after it was closed. */
export function closedError(address: string): VfioError {
  return controllerError("EBADF", "use", address, "its NVMe driver is closed");
}

/** What errors call a namespace. */
export function nameOf(namespace: number): string {
  return namespace === 0xffff_ffff ? "all namespaces" : `namespace ${namespace}`;
}
