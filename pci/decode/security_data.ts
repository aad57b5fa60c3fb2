/**
 * Layouts of the capabilities for messages to a device and for encrypted links, each from the start of the capability or of
 * the block.
 *
 * @see PCI Express Base Specification 6.0, sections 7.9.24 and 7.9.26; Linux, include/uapi/linux/pci_regs.h
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** Data Object Exchange. */
export const DATA_OBJECT_EXCHANGE = {
  capabilities: { at: 0x04, width: 32, access: "ro", fields: { interrupt: 0, interruptMessage: [11, 1] } },
  control: { at: 0x08, width: 32, fields: { abort: 0, interruptEnable: 1, go: 31 } },
  // Bit 1 is cleared by writing 1; the others are read-only.
  status: {
    at: 0x0c,
    width: 32,
    access: "w1c",
    fields: { busy: 0, interrupt: 1, error: 2, objectReady: 31 },
  },
} as const satisfies RegisterMap;

/** Data Object Exchange: the mailboxes. Reading the second takes nothing out; writing it does. */
export const DATA_OBJECT_MAILBOXES = {
  write: { at: 0x10, width: 32 },
  read: { at: 0x14, width: 32 },
} as const satisfies RegisterMap;

/** Integrity and Data Encryption: what the port has. */
export const ENCRYPTION = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      link: 0,
      selective: 1,
      flowThrough: 2,
      partialHeader: 3,
      aggregation: 4,
      pcrc: 5,
      keyManagement: 6,
      selectiveConfiguration: 7,
      algorithm: [12, 8],
      linkTrafficClasses: [15, 13],
      selectiveStreams: [23, 16],
      teeLimited: 24,
    },
  },
  control: { at: 0x08, width: 32, fields: { flowThrough: 2 } },
} as const satisfies RegisterMap;

const ALGORITHM = { 0: "AES-GCM-256-96b" } as const;

/** Counts are those that the port has, where it has that kind of streams. */
export const ENCRYPTION_MEANINGS = {
  capabilities: {
    algorithm: ALGORITHM,
    linkTrafficClasses: (encoded: number): number => encoded + 1,
    selectiveStreams: (encoded: number): number => encoded + 1,
  },
} as const satisfies Meanings;

/** A link stream. */
export const LINK_STREAM = {
  control: {
    at: 0x00,
    width: 32,
    fields: {
      enable: 0,
      nonPostedAggregation: [3, 2],
      postedAggregation: [5, 4],
      completionAggregation: [7, 6],
      pcrc: 8,
      headerEncryption: [13, 10],
      algorithm: [18, 14],
      trafficClass: [21, 19],
      id: [31, 24],
    },
  },
  status: { at: 0x04, width: 32, access: "w1c", fields: { state: [3, 0], integrityCheckFailed: 31 } },
} as const satisfies RegisterMap;

/** A selective stream; 12 bytes for each of its address associations follow. */
export const SELECTIVE_STREAM = {
  capabilities: { at: 0x00, width: 32, access: "ro", fields: { addresses: [3, 0] } },
  control: {
    at: 0x04,
    width: 32,
    fields: {
      enable: 0,
      nonPostedAggregation: [3, 2],
      postedAggregation: [5, 4],
      completionAggregation: [7, 6],
      pcrc: 8,
      configurationRequests: 9,
      headerEncryption: [13, 10],
      algorithm: [18, 14],
      trafficClass: [21, 19],
      defaultStream: 22,
      teeLimited: 23,
      id: [31, 24],
    },
  },
  status: { at: 0x08, width: 32, access: "w1c", fields: { state: [3, 0], integrityCheckFailed: 31 } },
  requester1: { at: 0x0c, width: 32, fields: { limit: [23, 8] } },
  requester2: { at: 0x10, width: 32, fields: { valid: 0, base: [23, 8], segment: [31, 24] } },
} as const satisfies RegisterMap;

const STATE = { 0: "insecure", 2: "secure" } as const;
const HEADER = ["none", "17:2", "25:2", "33:2", "41:2"] as const;
/** Up to so many TLPs together. */
const AGGREGATION = [1, 2, 4, 8] as const;

const STREAM_CONTROL = {
  nonPostedAggregation: AGGREGATION,
  postedAggregation: AGGREGATION,
  completionAggregation: AGGREGATION,
  headerEncryption: HEADER,
  algorithm: ALGORITHM,
} as const;

/** Of both kinds of streams. Aggregation is a number of TLPs, header encryption the bits of the address. */
export const STREAM_MEANINGS = {
  control: STREAM_CONTROL,
  status: { state: STATE },
} as const satisfies Meanings;

/** Addresses that belong to a selective stream. */
export const STREAM_ADDRESSES = {
  lower: { at: 0x00, width: 32, fields: { valid: 0, base: [19, 8], limit: [31, 20] } },
  limitUpper: { at: 0x04, width: 32 },
  baseUpper: { at: 0x08, width: 32 },
} as const satisfies RegisterMap;
