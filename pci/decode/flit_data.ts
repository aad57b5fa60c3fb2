/**
 * Layouts of the capabilities about flits, each from its start.
 *
 * @see PCI Express Base Specification 6.0, sections 7.8.12, 7.8.13 and 7.8.15
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Field } from "../../core/register_fields.ts";
import type { Meanings } from "./fields.ts";

/** Flit Logging; the counts of the lanes are 16 bits each from 0x1c on. */
export const FLIT_LOGGING = {
  errorLog1: {
    at: 0x04,
    width: 32,
    access: "w1c",
    fields: {
      valid: 0,
      linkWidth: [3, 1],
      more: 13,
      unrecognized: 14,
      uncorrectable: 15,
      parity0: [23, 16],
      check0: [31, 24],
    },
  },
  errorLog2: {
    at: 0x08,
    width: 32,
    access: "ro",
    fields: { parity1: [7, 0], check1: [15, 8], parity2: [23, 16], check2: [31, 24] },
  },
  counterControl: {
    at: 0x0c,
    width: 16,
    fields: { enable: 0, interruptEnable: 1, events: [3, 2], trigger: [11, 4] },
  },
  counterStatus: { at: 0x0e, width: 16, access: "ro", fields: { linkWidth: [2, 0], errors: [15, 8] } },
  measurementControl: { at: 0x10, width: 32, fields: { enable: 0, granularity: [3, 2] } },
  flits: { at: 0x14, width: 32, access: "ro" },
  invalidFlits: { at: 0x18, width: 32, access: "ro", fields: { count: [15, 0] } },
} as const satisfies RegisterMap;

const WIDTH = { 0: 1, 1: 2, 2: 4, 3: 8, 4: 16, 7: "dynamic" } as const;

/** Widths are in lanes. */
export const FLIT_LOGGING_MEANINGS = {
  errorLog1: { linkWidth: WIDTH },
  counterStatus: { linkWidth: WIDTH },
  measurementControl: { granularity: { 0: "all bits", 1: "even bits", 2: "odd bits", 3: "mismatch" } },
} as const satisfies Meanings;

/** Flit Performance Measurement; each of its trackers of link states has a word from 0x10 on. */
export const FLIT_PERFORMANCE = {
  capability: { at: 0x04, width: 32, access: "ro", fields: { vector: [9, 0], trackers: [12, 10] } },
  control: {
    at: 0x08,
    width: 32,
    fields: {
      enable: 0,
      flitToAck: 1,
      flitToNak: 2,
      nakToReplay: 3,
      flitType: [5, 4],
      flits: [10, 6],
      delayLimit: [13, 11],
      l0ToRecovery: 14,
      l0p: 15,
      l1_0ToL0: 16,
      l1_1ToL0: 17,
      l1_2ToL0: 18,
      transitions: [23, 19],
      shortLimit: [26, 24],
      longLimit: [29, 27],
    },
  },
  status: {
    at: 0x0c,
    width: 32,
    access: "w1c",
    fields: { state: [1, 0], flits: [6, 2], interrupt: 7, counter: [23, 8] },
  },
} as const satisfies RegisterMap;

/** A tracker of link states. */
export const LINK_STATE_TRACKER = {
  status: {
    at: 0x00,
    width: 32,
    access: "w1c",
    fields: { state: [1, 0], transitions: [6, 2], interrupt: 7, counter: [23, 8] },
  },
} as const satisfies RegisterMap;

const TRACKING = { state: { 0: "not started", 1: "started", 2: "completed", 3: "error" } } as const;

/** Limits are in nanoseconds for flits; for link states in milliseconds the short one, in seconds the long one. */
export const FLIT_PERFORMANCE_MEANINGS = {
  control: {
    flitType: { 0: "idle or NOP", 1: "payload", 2: "any" },
    delayLimit: { 0: "none", 1: 100, 2: 200, 3: 300 },
    shortLimit: { 0: "none", 1: 6.4, 2: 12.8, 3: 19.2 },
    longLimit: { 0: "none", 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 10 },
  },
  status: TRACKING,
} as const satisfies Meanings;

/** What has become of a tracker. */
export const LINK_STATE_TRACKER_MEANINGS = { status: TRACKING } as const satisfies Meanings;

const ORDERED_SETS = {
  ts0: [1, 0],
  ts1: [3, 2],
  ts2: [5, 4],
  skp: [7, 6],
  eieos: [9, 8],
  eios: [11, 10],
  sds: [13, 12],
  polling: [15, 14],
  configuration: [17, 16],
  l0: [19, 18],
  recovery: [21, 20],
  equalization0And1: [23, 22],
  equalization2: [25, 24],
  equalization3: [27, 26],
} as const satisfies Readonly<Record<string, Field>>;

/** Flit Error Injection. */
export const FLIT_ERROR_INJECTION = {
  control1: {
    at: 0x08,
    width: 32,
    fields: {
      enable: 0,
      transmitted: 1,
      received: 2,
      speed2_5: 3,
      speed5: 4,
      speed8: 5,
      speed16: 6,
      speed32: 7,
      speed64: 8,
      errors: [20, 16],
      spacing: [28, 21],
      flitType: [31, 29],
    },
  },
  control2: {
    at: 0x0c,
    width: 32,
    fields: { consecutive: [2, 0], type: [4, 3], offset: [11, 5], magnitude: [19, 12] },
  },
  status: { at: 0x10, width: 32, access: "ro", fields: { transmitted: [1, 0], received: [3, 2] } },
  orderedSetControl1: {
    at: 0x14,
    width: 32,
    fields: {
      enable: 0,
      transmitted: 1,
      received: 2,
      ts0: 16,
      ts1: 17,
      ts2: 18,
      skp: 19,
      eieos: 20,
      eios: 21,
      sds: 22,
      polling: 23,
      configuration: 24,
      l0: 25,
      recovery: 26,
      equalization0And1: 27,
      equalization2: 28,
      equalization3: 29,
    },
  },
  orderedSetControl2: { at: 0x18, width: 32, fields: { bytes: [15, 0], lanes: [31, 16] } },
  orderedSetsTransmitted: { at: 0x1c, width: 32, access: "ro", fields: ORDERED_SETS },
  orderedSetsReceived: { at: 0x20, width: 32, access: "ro", fields: ORDERED_SETS },
} as const satisfies RegisterMap;

const STATUS = ["not started", "started", "completed", "error"] as const;

const ORDERED_SET_STATUS = {
  ts0: STATUS,
  ts1: STATUS,
  ts2: STATUS,
  skp: STATUS,
  eieos: STATUS,
  eios: STATUS,
  sds: STATUS,
  polling: STATUS,
  configuration: STATUS,
  l0: STATUS,
  recovery: STATUS,
  equalization0And1: STATUS,
  equalization2: STATUS,
  equalization3: STATUS,
} as const;

/** What is injected, and how far that is. */
export const FLIT_ERROR_INJECTION_MEANINGS = {
  control1: {
    flitType: {
      0: "any",
      1: "any but IDLE",
      2: "payload",
      3: "NOP",
      4: "IDLE",
      5: "payload with a sequence number",
      6: "payload with one sequence number",
    },
  },
  control2: {
    type: { 0: "random", 1: "correctable, one group", 2: "correctable, three groups", 3: "uncorrectable" },
  },
  status: { transmitted: STATUS, received: STATUS },
  orderedSetsTransmitted: ORDERED_SET_STATUS,
  orderedSetsReceived: ORDERED_SET_STATUS,
} as const satisfies Meanings;

/** MMIO Register Block Locator; 8 bytes for each block follow. */
export const REGISTER_BLOCK_LOCATOR = {
  capabilities: { at: 0x04, width: 32, access: "ro", fields: { length: [11, 0] } },
} as const satisfies RegisterMap;

/** One block, from its own start; the offset is in units of 64 KiB. */
export const LOCATED_BLOCK = {
  lower: { at: 0x00, width: 32, access: "ro", fields: { bar: [2, 0], block: [15, 8], offset: [31, 16] } },
  offsetUpper: { at: 0x04, width: 32, access: "ro" },
} as const satisfies RegisterMap;

/** What blocks hold. */
export const LOCATED_BLOCK_MEANINGS = {
  lower: { block: { 0: "empty", 1: "MMIO capabilities", 255: "designated vendor-specific" } },
} as const satisfies Meanings;
