/**
 * Layouts of the capabilities about power and time, each from its start.
 *
 * @see PCI Express Base Specification 6.0, sections 7.8.1, 7.8.2, 7.8.3, 7.9.12, 7.9.15 to 7.9.17 and 7.9.19
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** Power Budgeting: the data are what the selected index has. */
export const POWER_BUDGETING = {
  dataSelect: { at: 0x04, width: 8 },
  data: {
    at: 0x08,
    width: 32,
    access: "ro",
    fields: {
      basePower: [7, 0],
      dataScale: [9, 8],
      powerSubstate: [12, 10],
      powerState: [14, 13],
      type: [17, 15],
      rail: [20, 18],
    },
  },
  capabilities: { at: 0x0c, width: 8, access: "ro", fields: { systemAllocated: 0 } },
} as const satisfies RegisterMap;

/** Operating conditions. */
export const POWER_BUDGETING_MEANINGS = {
  data: {
    powerState: ["D0", "D1", "D2", "D3"],
    type: {
      0: "PME auxiliary",
      1: "auxiliary",
      2: "idle",
      3: "sustained",
      4: "sustained, emergency power reduction",
      5: "maximum, emergency power reduction",
      7: "maximum",
    },
    rail: { 0: "12 V", 1: "3.3 V", 2: "1.5 V or 1.8 V", 7: "thermal" },
  },
} as const satisfies Meanings;

/** Dynamic Power Allocation; the allocations follow from 0x10 on, 8 bits for each substate. */
export const DYNAMIC_POWER_ALLOCATION = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      lastSubstate: [4, 0],
      latencyUnit: [9, 8],
      powerScale: [13, 12],
      latency0: [23, 16],
      latency1: [31, 24],
    },
  },
  latencyIndicator: { at: 0x08, width: 32, access: "ro" },
  status: { at: 0x0c, width: 16, access: "w1c", fields: { substate: [4, 0], controlEnabled: 8 } },
  control: { at: 0x0e, width: 16, fields: { substate: [4, 0] } },
} as const satisfies RegisterMap;

/** The unit is in milliseconds, the scale in watts. */
export const DYNAMIC_POWER_ALLOCATION_MEANINGS = {
  capabilities: { latencyUnit: { 0: 1, 1: 10, 2: 100 }, powerScale: [10, 1, 0.1, 0.01] },
} as const satisfies Meanings;

/** Latency Tolerance Reporting. */
export const LATENCY_TOLERANCE = {
  maxSnoop: { at: 0x04, width: 16, fields: { value: [9, 0], scale: [12, 10] } },
  maxNoSnoop: { at: 0x06, width: 16, fields: { value: [9, 0], scale: [12, 10] } },
} as const satisfies RegisterMap;

const LATENCY_SCALE = [1, 32, 1024, 32768, 1048576, 33554432] as const;

/** Scales are in nanoseconds. */
export const LATENCY_TOLERANCE_MEANINGS = {
  maxSnoop: { scale: LATENCY_SCALE },
  maxNoSnoop: { scale: LATENCY_SCALE },
} as const satisfies Meanings;

/** L1 PM Substates. */
export const L1_SUBSTATES = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      pciPmL1_2: 0,
      pciPmL1_1: 1,
      aspmL1_2: 2,
      aspmL1_1: 3,
      substates: 4,
      linkActivation: 5,
      commonModeRestoreTime: [15, 8],
      powerOnScale: [17, 16],
      powerOnValue: [23, 19],
    },
  },
  control1: {
    at: 0x08,
    width: 32,
    fields: {
      pciPmL1_2: 0,
      pciPmL1_1: 1,
      aspmL1_2: 2,
      aspmL1_1: 3,
      linkActivationInterrupt: 4,
      linkActivation: 5,
      commonModeRestoreTime: [15, 8],
      ltrThresholdValue: [25, 16],
      ltrThresholdScale: [31, 29],
    },
  },
  control2: { at: 0x0c, width: 32, fields: { powerOnScale: [1, 0], powerOnValue: [7, 3] } },
} as const satisfies RegisterMap;

const POWER_ON_SCALE = { 0: 2, 1: 10, 2: 100 } as const;

/** Times are in microseconds, but the threshold's scale in nanoseconds. */
export const L1_SUBSTATES_MEANINGS = {
  capabilities: { powerOnScale: POWER_ON_SCALE },
  control1: { ltrThresholdScale: LATENCY_SCALE },
  control2: { powerOnScale: POWER_ON_SCALE },
} as const satisfies Meanings;

/** L1 PM Substates: what is there from version 2 on. */
export const L1_SUBSTATES_2 = {
  status: { at: 0x10, width: 32, access: "w1c", fields: { linkActivation: 0 } },
} as const satisfies RegisterMap;

/** Precision Time Measurement. */
export const PRECISION_TIME = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      requester: 0,
      responder: 1,
      root: 2,
      enhanced: 3,
      propagationDelayAdaptation: 4,
      granularity: [15, 8],
    },
  },
  control: { at: 0x08, width: 32, fields: { enable: 0, rootSelect: 1, effectiveGranularity: [15, 8] } },
} as const satisfies RegisterMap;

/** FRS Queueing. */
export const FRS_QUEUEING = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: { maxDepth: [11, 0], interruptMessage: [20, 16] },
  },
  status: { at: 0x08, width: 16, access: "w1c", fields: { received: 0, overflow: 1 } },
  control: { at: 0x0a, width: 16, fields: { interruptEnable: 0 } },
  message: { at: 0x0c, width: 32, fields: { functionId: [15, 0], reason: [19, 16], depth: [31, 20] } },
} as const satisfies RegisterMap;

/** Readiness Time Reporting. */
export const READINESS_TIME = {
  times1: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      resetValue: [8, 0],
      resetScale: [11, 9],
      linkUpValue: [20, 12],
      linkUpScale: [23, 21],
      valid: 31,
    },
  },
  times2: {
    at: 0x08,
    width: 32,
    access: "ro",
    fields: {
      functionLevelResetValue: [8, 0],
      functionLevelResetScale: [11, 9],
      d3HotToD0Value: [20, 12],
      d3HotToD0Scale: [23, 21],
    },
  },
} as const satisfies RegisterMap;

/** Scales are in nanoseconds. */
export const READINESS_TIME_MEANINGS = {
  times1: { resetScale: LATENCY_SCALE, linkUpScale: LATENCY_SCALE },
  times2: { functionLevelResetScale: LATENCY_SCALE, d3HotToD0Scale: LATENCY_SCALE },
} as const satisfies Meanings;

/** Native PCIe Enclosure Management. */
export const ENCLOSURE_MANAGEMENT = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      capable: 0,
      reset: 1,
      ok: 2,
      locate: 3,
      fail: 4,
      rebuild: 5,
      predictedFailure: 6,
      hotSpare: 7,
      inCriticalArray: 8,
      inFailedArray: 9,
      invalidDeviceType: 10,
      disabled: 11,
      enclosureSpecific: [31, 24],
    },
  },
  control: {
    at: 0x08,
    width: 32,
    fields: {
      enable: 0,
      reset: 1,
      ok: 2,
      locate: 3,
      fail: 4,
      rebuild: 5,
      predictedFailure: 6,
      hotSpare: 7,
      inCriticalArray: 8,
      inFailedArray: 9,
      invalidDeviceType: 10,
      disabled: 11,
      enclosureSpecific: [31, 24],
    },
  },
  status: {
    at: 0x0c,
    width: 32,
    access: "w1c",
    fields: { commandCompleted: 0, enclosureSpecific: [31, 24] },
  },
} as const satisfies RegisterMap;
