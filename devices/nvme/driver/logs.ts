/** Log pages, parsed. */
import { ByteMemory } from "../../../core/byte_memory.ts";
import { registers } from "../../../core/registers.ts";
import { NVME_ERROR_LOG, NVME_ERROR_SIZE, NVME_HEALTH_LOG } from "../registers_logs.ts";
import { nvmeStatusName } from "../registers_status.ts";
import type { NvmeStatus } from "../registers_status_data.ts";

/** SMART: how a controller is, and what it has done in its life. */
export interface NvmeHealth {
  /** What is wrong. */
  readonly warnings: {
    /** Few spare blocks are left. */
    readonly spareLow: boolean;
    /** It is too warm, or too cold. */
    readonly temperature: boolean;
    /** The medium failed so often that it cannot be relied upon. */
    readonly unreliable: boolean;
    /** It can only be read. */
    readonly readOnly: boolean;
    /** What keeps data over a loss of power has failed. */
    readonly backupFailed: boolean;
  };
  /** Kelvin. */
  readonly temperature: number;
  /** Percent of the spare blocks that are left. */
  readonly spare: number;
  /** Percent below which `warnings.spareLow` is set. */
  readonly spareThreshold: number;
  /** Percent of its life that is used; it may go over 100. */
  readonly percentageUsed: number;
  /** Thousands of 512 bytes. */
  readonly dataUnitsRead: bigint;
  /** Thousands of 512 bytes. */
  readonly dataUnitsWritten: bigint;
  /** Commands. */
  readonly hostReads: bigint;
  /** Commands. */
  readonly hostWrites: bigint;
  /** Minutes. */
  readonly busyTime: bigint;
  /** How often it was switched on. */
  readonly powerCycles: bigint;
  /** Hours that it was on. */
  readonly powerOnHours: bigint;
  /** How often power went without a shutdown before. */
  readonly unsafeShutdowns: bigint;
  /** Errors of the medium that could not be corrected. */
  readonly mediaErrors: bigint;
  /** Entries that the error log ever had. */
  readonly errorCount: bigint;
}

/** An error that the controller took note of. */
export interface NvmeLoggedError {
  /** Counts errors over the controller's life. */
  readonly count: bigint;
  /** The submission queue; undefined: it was no command's. */
  readonly queue: number | undefined;
  /** The command's id, as the queue gave it; undefined: it was no command's. */
  readonly id: number | undefined;
  /** As in `NVME_STATUS`. */
  readonly status: number;
  /** The status by name; undefined for one that the specification does not name. */
  readonly statusName: NvmeStatus | undefined;
  /** Which bit of the command is wrong; undefined: not told. */
  readonly location: { readonly byte: number; readonly bit: number } | undefined;
  /** The first block that it was about. */
  readonly lba: bigint;
  /** 0: it was about none. */
  readonly namespace: number;
}

const NONE = 0xffff;

/** Parses the health page. */
export function parseHealth(page: Uint8Array): NvmeHealth {
  const log = registers(new ByteMemory(page), NVME_HEALTH_LOG);
  const { spare, temperature, backupFailed, readOnly, unreliable, temperatureWarning, spareLow } = log.state
    .read();
  return {
    warnings: { spareLow, temperature: temperatureWarning, unreliable, readOnly, backupFailed },
    temperature,
    spare,
    spareThreshold: log.spareThreshold.read(),
    percentageUsed: log.percentageUsed.read(),
    dataUnitsRead: log.dataUnitsRead.read(),
    dataUnitsWritten: log.dataUnitsWritten.read(),
    hostReads: log.hostReads.read(),
    hostWrites: log.hostWrites.read(),
    busyTime: log.busyTime.read(),
    powerCycles: log.powerCycles.read(),
    powerOnHours: log.powerOnHours.read(),
    unsafeShutdowns: log.unsafeShutdowns.read(),
    mediaErrors: log.mediaErrors.read(),
    errorCount: log.errorCount.read(),
  };
}

/** Parses the error log, the newest error first. */
export function parseErrors(page: Uint8Array): NvmeLoggedError[] {
  const memory = new ByteMemory(page);
  const errors: NvmeLoggedError[] = [];
  for (let at = 0; at + NVME_ERROR_SIZE <= page.length; at += NVME_ERROR_SIZE) {
    const log = registers(memory, NVME_ERROR_LOG, at);
    const count = log.count.read();
    if (count === 0n) continue;
    const queue = log.sqid.read();
    const id = log.cid.read();
    const { status } = log.status.read();
    const { raw, byte, bit } = log.location.read();
    errors.push({
      count,
      queue: queue === NONE ? undefined : queue,
      id: id === NONE ? undefined : id,
      status,
      statusName: nvmeStatusName(status),
      location: raw === NONE ? undefined : { byte, bit },
      lba: log.lba.read(),
      namespace: log.nsid.read(),
    });
  }
  return errors;
}
