/**
 * Layouts of the capabilities of the physical and the data link layer, each from the start of the capability or of the lane.
 *
 * @see PCI Express Base Specification 6.0, sections 7.7.3 to 7.7.8 and 7.9.21
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** Secondary PCI Express: what the port has. */
export const SECONDARY_EXPRESS = {
  linkControl3: {
    at: 0x04,
    width: 32,
    fields: { performEqualization: 0, equalizationInterrupt: 1, lowerSkpGeneration: [15, 9] },
  },
  // A bit for each lane.
  laneErrors: { at: 0x08, width: 32, access: "w1c" },
} as const satisfies RegisterMap;

/** Presets and receiver hints of a lane at 8 GT/s. */
export const LANE_EQUALIZATION_8 = {
  lane: {
    at: 0x00,
    width: 16,
    fields: {
      downstreamPreset: [3, 0],
      downstreamHint: [6, 4],
      upstreamPreset: [11, 8],
      upstreamHint: [14, 12],
    },
  },
} as const satisfies RegisterMap;

/** Presets of a lane at higher speeds. */
export const LANE_EQUALIZATION = {
  lane: { at: 0x00, width: 8, fields: { downstreamPreset: [3, 0], upstreamPreset: [7, 4] } },
} as const satisfies RegisterMap;

/** Physical Layer 16.0 GT/s: what the port has. */
export const PHYSICAL_16 = {
  status: {
    at: 0x0c,
    width: 32,
    access: "w1c",
    fields: {
      equalizationComplete: 0,
      equalizationPhase1: 1,
      equalizationPhase2: 2,
      equalizationPhase3: 3,
      equalizationRequest: 4,
    },
  },
  // A bit for each lane.
  parityMismatch: { at: 0x10, width: 32, access: "w1c" },
  firstRetimerParityMismatch: { at: 0x14, width: 32, access: "w1c" },
  secondRetimerParityMismatch: { at: 0x18, width: 32, access: "w1c" },
} as const satisfies RegisterMap;

/** Physical Layer 32.0 GT/s: what the port has. */
export const PHYSICAL_32 = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      equalizationBypass: 0,
      noEqualizationNeeded: 1,
      modifiedTsMode0: 8,
      modifiedTsMode1: 9,
      modifiedTsMode2: 10,
    },
  },
  control: {
    at: 0x08,
    width: 32,
    fields: {
      equalizationBypassDisable: 0,
      noEqualizationNeededDisable: 1,
      modifiedTsMode: [10, 8],
    },
  },
  // Bits 4 and 5 are cleared by writing 1; the others are read-only.
  status: {
    at: 0x0c,
    width: 32,
    access: "w1c",
    fields: {
      equalizationComplete: 0,
      equalizationPhase1: 1,
      equalizationPhase2: 2,
      equalizationPhase3: 3,
      equalizationRequest: 4,
      modifiedTsReceived: 5,
      enhancedLinkBehavior: [7, 6],
      transmitterPrecoding: 8,
      transmitterPrecodeRequest: 9,
      noEqualizationNeededReceived: 10,
    },
  },
  receivedModifiedTs1: {
    at: 0x10,
    width: 32,
    access: "ro",
    fields: { mode: [2, 0], information: [15, 3], vendorId: [31, 16] },
  },
  receivedModifiedTs2: {
    at: 0x14,
    width: 32,
    access: "ro",
    fields: { information: [23, 0], alternateProtocol: [25, 24] },
  },
  transmittedModifiedTs1: {
    at: 0x18,
    width: 32,
    access: "ro",
    fields: { mode: [2, 0], information: [15, 3], vendorId: [31, 16] },
  },
  transmittedModifiedTs2: {
    at: 0x1c,
    width: 32,
    access: "ro",
    fields: { information: [23, 0], alternateProtocol: [25, 24] },
  },
} as const satisfies RegisterMap;

/** What is negotiated with modified training sets. */
export const PHYSICAL_32_MEANINGS = {
  control: { modifiedTsMode: { 0: "PCI Express", 1: "training set messages", 2: "alternate protocol" } },
  receivedModifiedTs1: { mode: { 0: "PCI Express", 1: "training set messages", 2: "alternate protocol" } },
  transmittedModifiedTs1: { mode: { 0: "PCI Express", 1: "training set messages", 2: "alternate protocol" } },
} as const satisfies Meanings;

/** Physical Layer 64.0 GT/s: what the port has. */
export const PHYSICAL_64 = {
  // Bit 4 is cleared by writing 1; the others are read-only.
  status: {
    at: 0x0c,
    width: 32,
    access: "w1c",
    fields: {
      equalizationComplete: 0,
      equalizationPhase1: 1,
      equalizationPhase2: 2,
      equalizationPhase3: 3,
      equalizationRequest: 4,
      transmitterPrecoding: 5,
      transmitterPrecodeRequest: 6,
      noEqualizationNeededReceived: 7,
    },
  },
} as const satisfies RegisterMap;

/** Lane Margining at the Receiver: what the port has. */
export const LANE_MARGINING = {
  capabilities: { at: 0x04, width: 16, access: "ro", fields: { driverSoftware: 0 } },
  status: { at: 0x06, width: 16, access: "ro", fields: { ready: 0, softwareReady: 1 } },
} as const satisfies RegisterMap;

/** Margining of a lane. */
export const LANE_MARGIN = {
  control: {
    at: 0x00,
    width: 16,
    fields: { receiver: [2, 0], type: [5, 3], usageModel: 6, payload: [15, 8] },
  },
  status: {
    at: 0x02,
    width: 16,
    access: "ro",
    fields: { receiver: [2, 0], type: [5, 3], usageModel: 6, payload: [15, 8] },
  },
} as const satisfies RegisterMap;

/** Data Link Feature. */
export const DATA_LINK_FEATURE = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: { scaledFlowControl: 0, localFeatures: [22, 0], exchangeEnable: 31 },
  },
  status: {
    at: 0x08,
    width: 32,
    access: "ro",
    fields: { scaledFlowControl: 0, remoteFeatures: [22, 0], remoteValid: 31 },
  },
} as const satisfies RegisterMap;

/** Protocol Multiplexing: what the port has. @see PCI Express Base Specification 3.1, appendix G */
export const PROTOCOL_MULTIPLEXING = {
  capabilities: { at: 0x04, width: 32, access: "ro", fields: { protocols: [5, 0], linkSpeeds: [15, 8] } },
  control: {
    at: 0x08,
    width: 32,
    fields: { channel0: [5, 0], channel1: [13, 8], channel2: [21, 16], channel3: [29, 24] },
  },
} as const satisfies RegisterMap;

/** One protocol. */
export const MULTIPLEXED_PROTOCOL = {
  protocol: { at: 0x00, width: 32, access: "ro", fields: { id: [15, 0], authority: [31, 16] } },
} as const satisfies RegisterMap;

/** Alternate Protocol. */
export const ALTERNATE_PROTOCOL = {
  capabilities: { at: 0x04, width: 32, access: "ro", fields: { protocols: [7, 0], selectiveEnable: 8 } },
  control: { at: 0x08, width: 32, fields: { index: [7, 0], enable: 8 } },
  data1: {
    at: 0x0c,
    width: 32,
    access: "ro",
    fields: { usage: [2, 0], details: [15, 5], vendorId: [31, 16] },
  },
  data2: { at: 0x10, width: 32, access: "ro", fields: { information: [23, 0] } },
} as const satisfies RegisterMap;

/** Alternate Protocol: where protocols can be enabled one by one, a bit for each. */
export const ALTERNATE_PROTOCOL_SELECTIVE = {
  selectiveEnable: { at: 0x14, width: 32 },
} as const satisfies RegisterMap;

/** Device 3. */
export const DEVICE_3 = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      dmWrRouting: 0,
      tag14Completer: 1,
      tag14Requester: 2,
      l0p: 3,
      portL0pExitLatency: [6, 4],
      retimerL0pExitLatency: [9, 7],
      uioCompleter: 10,
      uioRequester: 11,
    },
  },
  control: {
    at: 0x08,
    width: 32,
    fields: {
      dmWrRequester: 0,
      dmWrEgressBlocking: 1,
      tag14Requester: 2,
      l0p: 3,
      targetWidth: [6, 4],
      uioRequester: 7,
      uioBoundaryDisable: 8,
    },
  },
  // Bit 3 is cleared by writing 1; the others are read-only.
  status: {
    at: 0x0c,
    width: 32,
    access: "w1c",
    fields: { initialWidth: [2, 0], segmentCaptured: 3, remoteL0p: 4 },
  },
} as const satisfies RegisterMap;

const L0P_EXIT_LATENCY = [
  "<1 us",
  "<2 us",
  "<4 us",
  "<8 us",
  "<16 us",
  "<32 us",
  "<=64 us",
  ">64 us",
] as const;
const WIDTH = { 0: 1, 1: 2, 2: 4, 3: 8, 4: 16 } as const;

/** Widths are in lanes. */
export const DEVICE_3_MEANINGS = {
  capabilities: { portL0pExitLatency: L0P_EXIT_LATENCY, retimerL0pExitLatency: L0P_EXIT_LATENCY },
  control: { targetWidth: { 0: 1, 1: 2, 2: 4, 3: 8, 4: 16, 7: "dynamic" } },
  status: { initialWidth: WIDTH },
} as const satisfies Meanings;
