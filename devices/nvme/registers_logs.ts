/** NVMe log pages. */
import type { RegisterMap } from "../../core/registers.ts";

/** Log identifiers. @see NVM Express Base Specification 1.4, section 5.14.1 */
export const NVME_LOG = { error: 1, health: 2, firmware: 3 } as const;

/** Bytes of an entry of the error log. */
export const NVME_ERROR_SIZE = 64;

/** An entry of the error log, the newest first. @see NVM Express Base Specification 1.4, section 5.14.1.1 */
export const NVME_ERROR_LOG = {
  /** Counts errors over the controller's life; 0: no entry. */
  count: { at: 0, width: 64 },
  /** The submission queue and the command; both 0xffff when it was none. */
  sqid: { at: 8, width: 16 },
  cid: { at: 10, width: 16 },
  /** As in {@linkcode NVME_COMPLETION}. */
  status: {
    at: 12,
    width: 16,
    fields: { dnr: 15, more: 14, crd: [13, 12], status: [11, 1], phase: 0 },
  },
  /** `bit` of `byte` in the command is wrong; 0xffff: not told. */
  location: { at: 14, width: 16, fields: { bit: [10, 8], byte: [7, 0] } },
  lba: { at: 16, width: 64 },
  nsid: { at: 24, width: 32 },
} as const satisfies RegisterMap;

/** Bytes of the health page. */
export const NVME_HEALTH_SIZE = 512;

/**
 * SMART / Health Information. Counters have 128 bits, of which the lower 64 stand here.
 *
 * @see NVM Express Base Specification 1.4, section 5.14.1.2
 */
export const NVME_HEALTH_LOG = {
  /** `spare`: percent of the spare blocks that are left; `temperature` in kelvin; `warning`: what is wrong. */
  state: {
    at: 0,
    width: 32,
    fields: {
      spare: [31, 24],
      temperature: [23, 8],
      backupFailed: 4,
      readOnly: 3,
      unreliable: 2,
      temperatureWarning: 1,
      spareLow: 0,
    },
  },
  spareThreshold: { at: 4, width: 8 },
  /** Percent of its life; it may go over 100. */
  percentageUsed: { at: 5, width: 8 },
  /** Thousands of 512 bytes, rounded up. */
  dataUnitsRead: { at: 32, width: 64 },
  dataUnitsWritten: { at: 48, width: 64 },
  /** Commands. */
  hostReads: { at: 64, width: 64 },
  hostWrites: { at: 80, width: 64 },
  /** Minutes. */
  busyTime: { at: 96, width: 64 },
  powerCycles: { at: 112, width: 64 },
  powerOnHours: { at: 128, width: 64 },
  unsafeShutdowns: { at: 144, width: 64 },
  mediaErrors: { at: 160, width: 64 },
  /** Entries of the error log over the controller's life. */
  errorCount: { at: 176, width: 64 },
} as const satisfies RegisterMap;

/** Bytes of the firmware page. */
export const NVME_FIRMWARE_SIZE = 512;

/** Firmware slots: `next` is active after the next reset, 0: as now. Revisions follow from byte 8 on, 8 of ASCII each. */
export const NVME_FIRMWARE_LOG = {
  afi: { at: 0, width: 8, fields: { next: [6, 4], active: [2, 0] } },
} as const satisfies RegisterMap;
