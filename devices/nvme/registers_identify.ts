/** What Identify tells, in pages of 4096 bytes: of the controller, of a namespace. */
import type { RegisterMap } from "../../core/registers.ts";

/** Bytes of a page. */
export const NVME_IDENTIFY_SIZE = 4096;

/**
 * Of the controller, named and abbreviated as the specification does. Text is in {@linkcode NVME_CONTROLLER_TEXT}.
 *
 * @see NVM Express Base Specification 1.4, figure 247
 */
export const NVME_CONTROLLER = {
  /** PCI vendor. */
  vid: { at: 0, width: 16 },
  /** PCI vendor of the board. */
  ssvid: { at: 2, width: 16 },
  /** Recommended arbitration burst, as a power of two. */
  rab: { at: 72, width: 8 },
  /** `multiController`, `multiPort`: the subsystem has more of them. */
  cmic: { at: 76, width: 8, fields: { ana: 3, virtualFunction: 2, multiController: 1, multiPort: 0 } },
  /** Data of one command at most: (4096 << `cap.mpsmin`) << mdts bytes; 0: no limit. */
  mdts: { at: 77, width: 8 },
  /** Controller id. */
  cntlid: { at: 78, width: 16 },
  /** As the register `vs`. */
  ver: { at: 80, width: 32 },
  /** How long a shutdown takes, in microseconds; 0: not told. */
  rtd3e: { at: 88, width: 32 },
  /** Optional events. */
  oaes: { at: 92, width: 32, fields: { firmwareActivation: 9, namespaceAttributes: 8 } },
  ctratt: { at: 96, width: 32 },
  /** 1: an I/O controller. */
  cntrltype: { at: 111, width: 8 },
  /** Optional admin commands. */
  oacs: {
    at: 256,
    width: 16,
    fields: {
      doorbellBuffer: 8,
      virtualization: 7,
      directives: 5,
      selfTest: 4,
      namespaceManagement: 3,
      firmware: 2,
      format: 1,
      security: 0,
    },
  },
  /** Abort commands at a time, less one. */
  acl: { at: 258, width: 8 },
  /** Asynchronous event requests at a time, less one. */
  aerl: { at: 259, width: 8 },
  frmw: { at: 260, width: 8, fields: { withoutReset: 4, slots: [3, 1], firstReadOnly: 0 } },
  /** `extended`: log pages take an offset and a size of 32 bits. */
  lpa: { at: 261, width: 8, fields: { extended: 2, commandEffects: 1, healthPerNamespace: 0 } },
  /** Entries of the error log, less one. */
  elpe: { at: 262, width: 8 },
  /** Power states, less one. */
  npss: { at: 263, width: 8 },
  /** Temperatures in kelvin: warning, critical. */
  wctemp: { at: 266, width: 16 },
  cctemp: { at: 268, width: 16 },
  /** Entries are 2^n bytes: `min` is needed, `max` possible. */
  sqes: { at: 512, width: 8, fields: { max: [7, 4], min: [3, 0] } },
  cqes: { at: 513, width: 8, fields: { max: [7, 4], min: [3, 0] } },
  /** Commands outstanding at most; 0: not told. */
  maxcmd: { at: 514, width: 16 },
  /** Namespace ids are 1 to nn. */
  nn: { at: 516, width: 32 },
  /** Optional I/O commands. */
  oncs: {
    at: 520,
    width: 16,
    fields: {
      copy: 8,
      verify: 7,
      timestamp: 6,
      reservations: 5,
      selectFeatures: 4,
      writeZeroes: 3,
      datasetManagement: 2,
      writeUncorrectable: 1,
      compare: 0,
    },
  },
  fuses: { at: 522, width: 16, fields: { compareAndWrite: 0 } },
  /** `cryptoErase` works; `eraseAll`, `formatAll`: it is always for all namespaces. */
  fna: { at: 524, width: 8, fields: { cryptoErase: 2, eraseAll: 1, formatAll: 0 } },
  /** `broadcast`: 3 when Flush takes all namespaces; `present`: there is a volatile write cache. */
  vwc: { at: 525, width: 8, fields: { broadcast: [2, 1], present: 0 } },
  /** Blocks that are written as one, less one: always, and over a power failure. */
  awun: { at: 526, width: 16 },
  awupf: { at: 528, width: 16 },
  /** `support`: 0 no SGLs. */
  sgls: { at: 536, width: 32, fields: { support: [1, 0] } },
  /** Power state 0: `mp` in centiwatts, latencies in microseconds. */
  mp0: { at: 2048, width: 16 },
  enlat0: { at: 2052, width: 32 },
  exlat0: { at: 2056, width: 32 },
} as const satisfies RegisterMap;

/** Text in {@linkcode NVME_CONTROLLER}, ASCII: where it is, and its size in bytes. Filled with spaces, `subnqn` with zeros. */
export const NVME_CONTROLLER_TEXT = {
  /** Serial number. */
  sn: { at: 4, size: 20 },
  /** Model. */
  mn: { at: 24, size: 40 },
  /** Firmware revision. */
  fr: { at: 64, size: 8 },
  /** IEEE OUI of the vendor, three bytes, the lowest first. */
  ieee: { at: 73, size: 3 },
  /** The subsystem's qualified name. */
  subnqn: { at: 768, size: 256 },
} as const;

/**
 * Of a namespace; all zeros when it is not there.
 *
 * @see NVM Express Base Specification 1.4, figure 245
 */
export const NVME_NAMESPACE = {
  /** Blocks: in all, that can be allocated, that are. */
  nsze: { at: 0, width: 64 },
  ncap: { at: 8, width: 64 },
  nuse: { at: 16, width: 64 },
  nsfeat: { at: 24, width: 8, fields: { optimalSizes: 4, deallocatedError: 2, atomics: 1, thin: 0 } },
  /** Block formats, less one. */
  nlbaf: { at: 25, width: 8 },
  /** `format`: which of them is in use; `extended`: metadata follow the data. */
  flbas: { at: 26, width: 8, fields: { extended: 4, format: [3, 0] } },
  mc: { at: 27, width: 8 },
  dpc: { at: 28, width: 8 },
  dps: { at: 29, width: 8 },
  nmic: { at: 30, width: 8, fields: { shared: 0 } },
  /** `read`: 1 when deallocated blocks read as zeros; `writeZeroes`: it can deallocate. */
  dlfeat: { at: 33, width: 8, fields: { writeZeroes: 3, read: [2, 0] } },
} as const satisfies RegisterMap;

/** Where an EUI-64 is in {@linkcode NVME_NAMESPACE}, 8 bytes, the highest first; zeros when there is none. */
export const NVME_EUI64 = { at: 120, size: 8 } as const;

/**
 * A block format. `rp`: how fast, 0 best; `lbads`: blocks are 2^n bytes; `ms`: bytes of metadata a block.
 *
 * Sixteen stand in {@linkcode NVME_NAMESPACE}, from byte 128 on: `registers(page, NVME_BLOCK_FORMAT, 4 * i)`.
 */
export const NVME_BLOCK_FORMAT = {
  format: { at: 128, width: 32, fields: { rp: [25, 24], lbads: [23, 16], ms: [15, 0] } },
} as const satisfies RegisterMap;

/** The head of a namespace descriptor; `nidl` bytes of the id follow. A list ends with `nidl` 0. */
export const NVME_DESCRIPTOR = {
  /** 1 EUI-64, 2 NGUID, 3 UUID, 4 the command set. */
  nidt: { at: 0, width: 8 },
  nidl: { at: 1, width: 8 },
} as const satisfies RegisterMap;
