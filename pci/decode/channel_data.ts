/**
 * Layouts of the capabilities of virtual channels, each from the start of the capability or of the entry.
 *
 * @see PCI Express Base Specification 6.0, sections 7.9.1 and 7.9.2
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** Virtual Channel, and Multi-Function Virtual Channel: what the port has. */
export const VIRTUAL_CHANNELS = {
  capabilities1: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      extendedChannels: [2, 0],
      lowPriorityChannels: [6, 4],
      referenceClock: [9, 8],
      arbitrationEntrySize: [11, 10],
    },
  },
  capabilities2: {
    at: 0x08,
    width: 32,
    access: "ro",
    fields: { fixed: 0, wrr32: 1, wrr64: 2, wrr128: 3, arbitrationTable: [31, 24] },
  },
  control: { at: 0x0c, width: 16, fields: { loadArbitrationTable: 0, arbitration: [3, 1] } },
  status: { at: 0x0e, width: 16, access: "ro", fields: { arbitrationTableChanged: 0 } },
} as const satisfies RegisterMap;

/** The clock is in nanoseconds, the size of an entry in bits, where a table begins in bytes: 0 where there is none. */
export const VIRTUAL_CHANNELS_MEANINGS = {
  capabilities1: {
    referenceClock: { 0: 100 },
    arbitrationEntrySize: (encoded: number): number => 1 << encoded,
  },
  capabilities2: { arbitrationTable: (encoded: number): number => 16 * encoded },
  control: { arbitration: ["fixed", "WRR32", "WRR64", "WRR128"] },
} as const satisfies Meanings;

/** One channel. */
export const VIRTUAL_CHANNEL = {
  capabilities: {
    at: 0x00,
    width: 32,
    access: "ro",
    fields: {
      fixed: 0,
      wrr32: 1,
      wrr64: 2,
      wrr128: 3,
      timeBasedWrr128: 4,
      wrr256: 5,
      advancedPacketSwitching: 14,
      rejectSnoop: 15,
      timeSlots: [22, 16],
      arbitrationTable: [31, 24],
    },
  },
  control: {
    at: 0x04,
    width: 32,
    fields: {
      trafficClasses: [7, 0],
      loadArbitrationTable: 16,
      arbitration: [19, 17],
      id: [26, 24],
      enable: 31,
    },
  },
  status: {
    at: 0x0a,
    width: 16,
    access: "ro",
    fields: { arbitrationTableChanged: 0, negotiationPending: 1 },
  },
} as const satisfies RegisterMap;

/** Where a table begins is in bytes: 0 where there is none. Traffic classes are bits. */
export const VIRTUAL_CHANNEL_MEANINGS = {
  capabilities: {
    timeSlots: (encoded: number): number => encoded + 1,
    arbitrationTable: (encoded: number): number => 16 * encoded,
  },
  control: { arbitration: ["fixed", "WRR32", "WRR64", "WRR128", "time-based WRR128", "WRR256"] },
} as const satisfies Meanings;
