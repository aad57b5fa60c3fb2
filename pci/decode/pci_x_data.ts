/**
 * Layouts of the PCI-X capability, each from its start.
 *
 * @see PCI-X Addendum to the PCI Local Bus Specification 2.0, section 7.2, and 8.6 for bridges
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** PCI-X, of a device. */
export const PCI_X = {
  command: {
    at: 0x02,
    width: 16,
    fields: {
      dataParityErrorRecovery: 0,
      relaxedOrdering: 1,
      maxReadByteCount: [3, 2],
      maxSplitTransactions: [6, 4],
      version: [13, 12],
    },
  },
  // Bits 18, 19 and 29 are cleared by writing 1; the others are read-only.
  status: {
    at: 0x04,
    width: 32,
    access: "w1c",
    fields: {
      function: [2, 0],
      device: [7, 3],
      bus: [15, 8],
      bits64: 16,
      mhz133: 17,
      splitCompletionDiscarded: 18,
      unexpectedSplitCompletion: 19,
      complex: 20,
      designedMaxReadByteCount: [22, 21],
      designedMaxSplitTransactions: [25, 23],
      designedMaxCumulativeReadSize: [28, 26],
      splitCompletionError: 29,
      mhz266: 30,
      mhz533: 31,
    },
  },
} as const satisfies RegisterMap;

const SPLITS = [1, 2, 3, 4, 8, 12, 16, 32] as const;

/** Sizes are in bytes. */
export const PCI_X_MEANINGS = {
  command: {
    maxReadByteCount: (encoded: number): number => 512 << encoded,
    maxSplitTransactions: SPLITS,
  },
  status: {
    designedMaxReadByteCount: (encoded: number): number => 512 << encoded,
    designedMaxSplitTransactions: SPLITS,
    designedMaxCumulativeReadSize: (encoded: number): number => 1024 << encoded,
  },
} as const satisfies Meanings;

/** PCI-X, of a bridge. */
export const PCI_X_BRIDGE = {
  // Bits 2 to 5 are cleared by writing 1; the others are read-only.
  secondaryStatus: {
    at: 0x02,
    width: 16,
    access: "w1c",
    fields: {
      bits64: 0,
      mhz133: 1,
      splitCompletionDiscarded: 2,
      unexpectedSplitCompletion: 3,
      splitCompletionOverrun: 4,
      splitRequestDelayed: 5,
      clock: [8, 6],
    },
  },
  // Bits 18 to 21 are cleared by writing 1; the others are read-only.
  status: {
    at: 0x04,
    width: 32,
    access: "w1c",
    fields: {
      function: [2, 0],
      device: [7, 3],
      bus: [15, 8],
      bits64: 16,
      mhz133: 17,
      splitCompletionDiscarded: 18,
      unexpectedSplitCompletion: 19,
      splitCompletionOverrun: 20,
      splitRequestDelayed: 21,
    },
  },
  upstreamSplits: { at: 0x08, width: 32, fields: { capacity: [15, 0], commitmentLimit: [31, 16] } },
  downstreamSplits: { at: 0x0c, width: 32, fields: { capacity: [15, 0], commitmentLimit: [31, 16] } },
} as const satisfies RegisterMap;

/** Clocks of the secondary bus. */
export const PCI_X_BRIDGE_MEANINGS = {
  secondaryStatus: { clock: ["conventional", "66 MHz", "100 MHz", "133 MHz"] },
} as const satisfies Meanings;
