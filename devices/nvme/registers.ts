/** The registers of an NVMe controller: driver, model, tests and dumps read them here. */
import type { RegisterMap } from "../../core/registers.ts";

/**
 * BAR0 of an NVMe controller, named and abbreviated as the specification does. What is no register reads as zeros.
 *
 * Registers are accessed in their own width, or 64-bit ones in two halves; other accesses are undefined. Doorbells
 * begin at {@linkcode NVME_DOORBELLS}: {@linkcode nvmeDoorbell} tells where each is.
 *
 * @see NVM Express Base Specification 1.4, section 3.1
 */
export const NVME = {
  /**
   * What the controller can do. `mqes`: entries of an I/O queue at most, less one; `cqr`: queues must be contiguous;
   * `ams`: arbitration beside round robin; `to`: how long `csts.rdy` takes at most, in 500 ms; `dstrd`: doorbells are
   * 4 << dstrd bytes apart; `nssrs`: `nssr` works; `css`: command sets, bit 0 NVM; `bps`: boot partitions; `mpsmin`
   * and `mpsmax`: memory pages are 4096 << n bytes; `pmrs` and `cmbs`: memory regions of its own.
   */
  cap: {
    at: 0x00,
    width: 64,
    access: "ro",
    fields: {
      cmbs: 57,
      pmrs: 56,
      mpsmax: [55, 52],
      mpsmin: [51, 48],
      bps: 45,
      css: [44, 37],
      nssrs: 36,
      dstrd: [35, 32],
      to: [31, 24],
      ams: [18, 17],
      cqr: 16,
      mqes: [15, 0],
    },
  },
  /** The specification it follows: 1.4.0 is 0x00010400. */
  vs: {
    at: 0x08,
    width: 32,
    access: "ro",
    fields: { mjr: [31, 16], mnr: [15, 8], ter: [7, 0] },
  },
  /** Interrupt mask: ones that are written mask these vectors. Not for MSI-X. */
  intms: { at: 0x0c, width: 32 },
  /** Interrupt mask: ones that are written unmask. Both read as the mask. */
  intmc: { at: 0x10, width: 32, access: "w1c" },
  /**
   * Configuration. `iocqes` and `iosqes`: I/O entries are 2^n bytes; `shn`: 1 shuts down, 2 without delay; `ams`
   * arbitration; `mps`: memory pages are 4096 << mps bytes; `css` command set; `en`: 1 enables, 0 resets.
   */
  cc: {
    at: 0x14,
    width: 32,
    fields: {
      iocqes: [23, 20],
      iosqes: [19, 16],
      shn: [15, 14],
      ams: [13, 11],
      mps: [10, 7],
      css: [6, 4],
      en: 0,
    },
  },
  /**
   * Status. `pp`: processing is paused; `nssro`: a subsystem reset happened; `shst`: 1 shutting down, 2 shut down;
   * `cfs`: a fatal error, only a reset helps; `rdy`: it follows `cc.en` when the controller is ready.
   */
  csts: {
    at: 0x1c,
    width: 32,
    access: "ro",
    fields: { pp: 5, nssro: 4, shst: [3, 2], cfs: 1, rdy: 0 },
  },
  /** Writing "NVMe" (0x4e564d65) resets the subsystem, where `cap.nssrs` says so. */
  nssr: { at: 0x20, width: 32 },
  /** Sizes of the admin queues in entries, less one. */
  aqa: { at: 0x24, width: 32, fields: { acqs: [27, 16], asqs: [11, 0] } },
  /** IOVA of the admin submission queue, page-aligned. */
  asq: { at: 0x28, width: 64 },
  /** IOVA of the admin completion queue, page-aligned. */
  acq: { at: 0x30, width: 64 },
  /** Where the controller's memory buffer is; 0 without one. */
  cmbloc: { at: 0x38, width: 32, access: "ro" },
  /** Its size; 0 without one. */
  cmbsz: { at: 0x3c, width: 32, access: "ro" },
} as const satisfies RegisterMap;

/** Where doorbells begin in BAR0. */
export const NVME_DOORBELLS = 0x1000;

/**
 * Tells where a queue's doorbell is in BAR0, 32 bits wide and only written: an index of its ring.
 *
 * @param queue 0 for the admin queues.
 * @param end "tail" of a submission queue, or "head" of a completion queue.
 * @param dstrd `cap.dstrd`.
 */
export function nvmeDoorbell(queue: number, end: "tail" | "head", dstrd: number): number {
  return NVME_DOORBELLS + (2 * queue + (end === "head" ? 1 : 0)) * (4 << dstrd);
}
