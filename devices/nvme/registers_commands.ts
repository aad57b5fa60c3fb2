/** NVMe commands: their opcodes, and what their own words mean. */
import type { RegisterMap } from "../../core/registers.ts";

/** Opcodes on the admin queue. @see NVM Express Base Specification 1.4, figure 139 */
export const NVME_ADMIN = {
  deleteSubmissionQueue: 0x00,
  createSubmissionQueue: 0x01,
  getLogPage: 0x02,
  deleteCompletionQueue: 0x04,
  createCompletionQueue: 0x05,
  identify: 0x06,
  abort: 0x08,
  setFeatures: 0x09,
  getFeatures: 0x0a,
  asyncEventRequest: 0x0c,
  formatNvm: 0x80,
} as const;

/** Opcodes on I/O queues. @see NVM Express Base Specification 1.4, figure 346 */
export const NVME_IO = {
  flush: 0x00,
  write: 0x01,
  read: 0x02,
  compare: 0x05,
  writeZeroes: 0x08,
  datasetManagement: 0x09,
} as const;

/** What Identify can tell: CNS. Pages of 4096 bytes. @see NVM Express Base Specification 1.4, section 5.15 */
export const NVME_CNS = {
  namespace: 0,
  controller: 1,
  activeNamespaces: 2,
  namespaceDescriptors: 3,
} as const;

/** All namespaces. */
export const NVME_ALL_NAMESPACES = 0xffff_ffff;

/** What commands have in the words that {@linkcode NVME_COMMAND} leaves open: register maps over the same 64 bytes. */
export const NVME_COMMANDS = {
  /** Also deletes completion queues: `qid` is theirs. */
  deleteQueue: {
    cdw10: { at: 40, width: 32, fields: { qid: [15, 0] } },
  },
  /** `qsize`: entries less one; `cqid`: where its commands complete; `qprio` priority; `pc`: contiguous, at PRP1. */
  createSubmissionQueue: {
    cdw10: { at: 40, width: 32, fields: { qsize: [31, 16], qid: [15, 0] } },
    cdw11: { at: 44, width: 32, fields: { cqid: [31, 16], qprio: [2, 1], pc: 0 } },
  },
  /** `iv`: its interrupt vector; `ien`: it interrupts; `pc`: contiguous, at PRP1. */
  createCompletionQueue: {
    cdw10: { at: 40, width: 32, fields: { qsize: [31, 16], qid: [15, 0] } },
    cdw11: { at: 44, width: 32, fields: { iv: [31, 16], ien: 1, pc: 0 } },
  },
  /** `cntid` a controller; `cns` one of {@linkcode NVME_CNS}. */
  identify: {
    cdw10: { at: 40, width: 32, fields: { cntid: [31, 16], cns: [7, 0] } },
  },
  /**
   * `lid` one of {@linkcode NVME_LOG}; `rae`: events that this page is about stay masked; `numdl` and `numdu`: words
   * of 4 bytes, less one; `offset` in bytes.
   */
  getLogPage: {
    cdw10: { at: 40, width: 32, fields: { numdl: [31, 16], rae: 15, lsp: [11, 8], lid: [7, 0] } },
    cdw11: { at: 44, width: 32, fields: { lsi: [31, 16], numdu: [15, 0] } },
    offset: { at: 48, width: 64 },
  },
  /** Which command of which submission queue. Bit 0 of the result: it was not aborted. */
  abort: {
    cdw10: { at: 40, width: 32, fields: { cid: [31, 16], sqid: [15, 0] } },
  },
  /** `sv`: over power cycles; `fid` one of {@linkcode NVME_FEATURE}. Values are in {@linkcode NVME_FEATURES}. */
  setFeatures: {
    cdw10: { at: 40, width: 32, fields: { sv: 31, fid: [7, 0] } },
    value: { at: 44, width: 32 },
  },
  /** `sel`: 0 the current value, 1 the default, 2 the saved one, 3 what can be done with it. */
  getFeatures: {
    cdw10: { at: 40, width: 32, fields: { sel: [10, 8], fid: [7, 0] } },
    value: { at: 44, width: 32 },
  },
  /** `ses`: 1 erases user data; `pil` and `pi` protection; `mset` metadata; `lbaf` the block format. */
  formatNvm: {
    cdw10: { at: 40, width: 32, fields: { ses: [11, 9], pil: 8, pi: [7, 5], mset: 4, lbaf: [3, 0] } },
  },
  /** Read, Write, Compare and Write Zeroes. `nlb`: blocks less one; `fua`: past the cache; `deac`: deallocates. */
  blocks: {
    slba: { at: 40, width: 64 },
    cdw12: {
      at: 48,
      width: 32,
      fields: { lr: 31, fua: 30, prinfo: [29, 26], deac: 25, nlb: [15, 0] },
    },
  },
  /** `nr`: ranges less one; `ad`: deallocates them; `idw` and `idr`: they will be written or read as a whole. */
  datasetManagement: {
    cdw10: { at: 40, width: 32, fields: { nr: [7, 0] } },
    cdw11: { at: 44, width: 32, fields: { ad: 2, idw: 1, idr: 0 } },
  },
} as const satisfies Readonly<Record<string, RegisterMap>>;
