/**
 * Layout of the PCI Express capability, in the parts that depend on what it is of, each from the capability's start.
 *
 * @see PCI Express Base Specification 6.0, section 7.5.3
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** What every function has. */
export const EXPRESS = {
  capabilities: {
    at: 0x02,
    width: 16,
    access: "ro",
    fields: { version: [3, 0], type: [7, 4], slotImplemented: 8, interruptMessage: [13, 9], flitMode: 15 },
  },
  deviceCapabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      maxPayload: [2, 0],
      phantomFunctions: [4, 3],
      extendedTag: 5,
      l0sAcceptableLatency: [8, 6],
      l1AcceptableLatency: [11, 9],
      attentionButton: 12,
      attentionIndicator: 13,
      powerIndicator: 14,
      roleBasedErrorReporting: 15,
      correctableErrorSubclass: 16,
      slotPowerLimitValue: [25, 18],
      slotPowerLimitScale: [27, 26],
      functionLevelReset: 28,
      mixedSlotPowerLimits: 29,
      teeIo: 30,
    },
  },
  deviceControl: {
    at: 0x08,
    width: 16,
    fields: {
      correctableErrorReporting: 0,
      nonFatalErrorReporting: 1,
      fatalErrorReporting: 2,
      unsupportedRequestReporting: 3,
      relaxedOrdering: 4,
      maxPayload: [7, 5],
      extendedTag: 8,
      phantomFunctions: 9,
      auxiliaryPower: 10,
      noSnoop: 11,
      maxReadRequest: [14, 12],
      // Of a bridge to PCI: its configuration requests are retried. Of an endpoint: resets it, and is read as 0.
      bridgeRetryOrFunctionLevelReset: 15,
    },
  },
  // Bits 4 and 5 are read-only; the others are cleared by writing 1.
  deviceStatus: {
    at: 0x0a,
    width: 16,
    access: "w1c",
    fields: {
      correctableError: 0,
      nonFatalError: 1,
      fatalError: 2,
      unsupportedRequest: 3,
      auxiliaryPower: 4,
      transactionsPending: 5,
      emergencyPowerReduction: 6,
    },
  },
} as const satisfies RegisterMap;

/** Sizes are in bytes. */
export const EXPRESS_MEANINGS = {
  capabilities: {
    type: {
      0: "endpoint",
      1: "legacy endpoint",
      4: "root port",
      5: "upstream port",
      6: "downstream port",
      7: "bridge to PCI",
      8: "bridge from PCI",
      9: "root complex integrated endpoint",
      10: "root complex event collector",
    },
  },
  deviceCapabilities: {
    maxPayload: [128, 256, 512, 1024, 2048, 4096],
    phantomFunctions: (encoded: number): number => 2 ** encoded - 1,
    l0sAcceptableLatency: ["64 ns", "128 ns", "256 ns", "512 ns", "1 us", "2 us", "4 us", "no limit"],
    l1AcceptableLatency: ["1 us", "2 us", "4 us", "8 us", "16 us", "32 us", "64 us", "no limit"],
  },
  deviceControl: {
    maxPayload: [128, 256, 512, 1024, 2048, 4096],
    maxReadRequest: [128, 256, 512, 1024, 2048, 4096],
  },
} as const satisfies Meanings;

/** What functions with a link have. */
export const EXPRESS_LINK = {
  linkCapabilities: {
    at: 0x0c,
    width: 32,
    access: "ro",
    fields: {
      maxSpeed: [3, 0],
      maxWidth: [9, 4],
      aspm: [11, 10],
      l0sExitLatency: [14, 12],
      l1ExitLatency: [17, 15],
      clockPowerManagement: 18,
      surpriseDownReporting: 19,
      linkActiveReporting: 20,
      bandwidthNotification: 21,
      aspmOptionality: 22,
      port: [31, 24],
    },
  },
  linkControl: {
    at: 0x10,
    width: 16,
    fields: {
      aspm: [1, 0],
      ptmPropagationDelayAdaptation: 2,
      readCompletionBoundary: [3, 3],
      disable: 4,
      retrain: 5,
      commonClock: 6,
      extendedSynch: 7,
      clockPowerManagement: 8,
      autonomousWidthDisable: 9,
      bandwidthManagementInterrupt: 10,
      autonomousBandwidthInterrupt: 11,
      sris: 12,
      flitModeDisable: 13,
      drsSignaling: [15, 14],
    },
  },
  // Bits 14 and 15 are cleared by writing 1; the others are read-only.
  linkStatus: {
    at: 0x12,
    width: 16,
    access: "w1c",
    fields: {
      speed: [3, 0],
      width: [9, 4],
      trainingError: 10,
      training: 11,
      slotClock: 12,
      linkActive: 13,
      bandwidthManagement: 14,
      autonomousBandwidth: 15,
    },
  },
} as const satisfies RegisterMap;

const SPEEDS = { 1: 2.5, 2: 5, 3: 8, 4: 16, 5: 32, 6: 64, 7: 128 } as const;

/** Speeds are in GT/s, the boundary in bytes. */
export const EXPRESS_LINK_MEANINGS = {
  linkCapabilities: {
    maxSpeed: SPEEDS,
    aspm: ["none", "L0s", "L1", "L0s and L1"],
    l0sExitLatency: ["<64 ns", "<128 ns", "<256 ns", "<512 ns", "<1 us", "<2 us", "<=4 us", ">4 us"],
    l1ExitLatency: ["<1 us", "<2 us", "<4 us", "<8 us", "<16 us", "<32 us", "<=64 us", ">64 us"],
  },
  linkControl: {
    aspm: ["disabled", "L0s", "L1", "L0s and L1"],
    readCompletionBoundary: [64, 128],
  },
  linkStatus: { speed: SPEEDS },
} as const satisfies Meanings;

/** What ports with a slot have. */
export const EXPRESS_SLOT = {
  slotCapabilities: {
    at: 0x14,
    width: 32,
    access: "ro",
    fields: {
      attentionButton: 0,
      powerController: 1,
      mrlSensor: 2,
      attentionIndicator: 3,
      powerIndicator: 4,
      hotPlugSurprise: 5,
      hotPlug: 6,
      slotPowerLimitValue: [14, 7],
      slotPowerLimitScale: [16, 15],
      interlock: 17,
      noCommandCompleted: 18,
      slot: [31, 19],
    },
  },
  slotControl: {
    at: 0x18,
    width: 16,
    fields: {
      attentionButtonEnable: 0,
      powerFaultEnable: 1,
      mrlSensorEnable: 2,
      presenceDetectEnable: 3,
      commandCompletedEnable: 4,
      hotPlugInterruptEnable: 5,
      attentionIndicator: [7, 6],
      powerIndicator: [9, 8],
      powerOff: 10,
      interlock: 11,
      linkStateEnable: 12,
      autoSlotPowerLimitDisable: 13,
      inBandPresenceDetectDisable: 14,
    },
  },
  // Bits 5 to 7 are read-only; the others are cleared by writing 1.
  slotStatus: {
    at: 0x1a,
    width: 16,
    access: "w1c",
    fields: {
      attentionButtonPressed: 0,
      powerFault: 1,
      mrlSensorChanged: 2,
      presenceDetectChanged: 3,
      commandCompleted: 4,
      mrlOpen: 5,
      presence: 6,
      interlockEngaged: 7,
      linkStateChanged: 8,
    },
  },
} as const satisfies RegisterMap;

const INDICATOR = { 1: "on", 2: "blinking", 3: "off" } as const;

/** Indicators. */
export const EXPRESS_SLOT_MEANINGS = {
  slotControl: { attentionIndicator: INDICATOR, powerIndicator: INDICATOR },
} as const satisfies Meanings;

/** What root ports and event collectors have. */
export const EXPRESS_ROOT = {
  rootControl: {
    at: 0x1c,
    width: 16,
    fields: {
      systemErrorOnCorrectable: 0,
      systemErrorOnNonFatal: 1,
      systemErrorOnFatal: 2,
      pmeInterrupt: 3,
      crsSoftwareVisibility: 4,
    },
  },
  rootCapabilities: { at: 0x1e, width: 16, access: "ro", fields: { crsSoftwareVisibility: 0 } },
  // Bit 16 is cleared by writing 1; the others are read-only.
  rootStatus: {
    at: 0x20,
    width: 32,
    access: "w1c",
    fields: { pmeRequesterId: [15, 0], pmeStatus: 16, pmePending: 17 },
  },
} as const satisfies RegisterMap;

/** What every function has from version 2 on. */
export const EXPRESS_2 = {
  deviceCapabilities2: {
    at: 0x24,
    width: 32,
    access: "ro",
    fields: {
      completionTimeoutRanges: [3, 0],
      completionTimeoutDisable: 4,
      ariForwarding: 5,
      atomicOpRouting: 6,
      atomicOp32: 7,
      atomicOp64: 8,
      cas128: 9,
      noRelaxedOrderingPassing: 10,
      latencyToleranceReporting: 11,
      tphCompleter: [13, 12],
      lnSystemCacheLine: [15, 14],
      tag10Completer: 16,
      tag10Requester: 17,
      obff: [19, 18],
      extendedFormat: 20,
      endToEndPrefix: 21,
      maxEndToEndPrefixes: [23, 22],
      emergencyPowerReduction: [25, 24],
      emergencyPowerReductionInitialization: 26,
      dmWrCompleter: 28,
      dmWrLengths: [30, 29],
      frs: 31,
    },
  },
  deviceControl2: {
    at: 0x28,
    width: 16,
    fields: {
      completionTimeout: [3, 0],
      completionTimeoutDisable: 4,
      ariForwarding: 5,
      atomicOpRequester: 6,
      atomicOpEgressBlocking: 7,
      idoRequest: 8,
      idoCompletion: 9,
      latencyToleranceReporting: 10,
      emergencyPowerReductionRequest: 11,
      tag10Requester: 12,
      obff: [14, 13],
      endToEndPrefixBlocking: 15,
    },
  },
} as const satisfies RegisterMap;

/** Ranges of the completion timeout: A 50 us to 10 ms, B 10 ms to 250 ms, C 250 ms to 4 s, D 4 s to 64 s. */
export const EXPRESS_2_MEANINGS = {
  deviceCapabilities2: {
    completionTimeoutRanges: {
      0: "none",
      1: "A",
      2: "B",
      3: "AB",
      6: "BC",
      7: "ABC",
      14: "BCD",
      15: "ABCD",
    },
    tphCompleter: { 0: "none", 1: "TPH", 3: "TPH and extended TPH" },
    lnSystemCacheLine: { 0: "none", 1: "64 bytes", 2: "128 bytes" },
    obff: ["none", "message", "WAKE#", "message and WAKE#"],
    maxEndToEndPrefixes: [4, 1, 2, 3],
    emergencyPowerReduction: { 0: "none", 1: "device-specific", 2: "form factor or device-specific" },
  },
  deviceControl2: {
    completionTimeout: {
      0: "50 us to 50 ms",
      1: "50 us to 100 us",
      2: "1 ms to 10 ms",
      5: "16 ms to 55 ms",
      6: "65 ms to 210 ms",
      9: "260 ms to 900 ms",
      10: "1 s to 3.5 s",
      13: "4 s to 13 s",
      14: "17 s to 64 s",
    },
    obff: ["disabled", "message A", "message B", "WAKE#"],
  },
} as const satisfies Meanings;

/** What functions with a link have from version 2 on. */
export const EXPRESS_LINK_2 = {
  linkCapabilities2: {
    at: 0x2c,
    width: 32,
    access: "ro",
    fields: {
      speed2_5: 1,
      speed5: 2,
      speed8: 3,
      speed16: 4,
      speed32: 5,
      speed64: 6,
      crosslink: 8,
      lowerSkpGeneration: [15, 9],
      lowerSkpReception: [22, 16],
      retimer: 23,
      twoRetimers: 24,
      drs: 31,
    },
  },
  linkControl2: {
    at: 0x30,
    width: 16,
    fields: {
      targetSpeed: [3, 0],
      enterCompliance: 4,
      autonomousSpeedDisable: 5,
      selectableDeemphasis: [6, 6],
      transmitMargin: [9, 7],
      enterModifiedCompliance: 10,
      complianceSos: 11,
      compliancePreset: [15, 12],
    },
  },
  // Bits 5 and 15 are cleared by writing 1; the others are read-only.
  linkStatus2: {
    at: 0x32,
    width: 16,
    access: "w1c",
    fields: {
      deemphasis: [0, 0],
      equalizationComplete: 1,
      equalizationPhase1: 2,
      equalizationPhase2: 3,
      equalizationPhase3: 4,
      equalizationRequest: 5,
      retimer: 6,
      twoRetimers: 7,
      crosslink: [9, 8],
      flitMode: 10,
      downstreamComponent: [14, 12],
      drsReceived: 15,
    },
  },
} as const satisfies RegisterMap;

const DEEMPHASIS = ["-6 dB", "-3.5 dB"] as const;

/** Speeds are in GT/s. */
export const EXPRESS_LINK_2_MEANINGS = {
  linkControl2: {
    // What supports 2.5 GT/s alone may read 0.
    targetSpeed: { 0: 2.5, 1: 2.5, 2: 5, 3: 8, 4: 16, 5: 32, 6: 64, 7: 128 },
    selectableDeemphasis: DEEMPHASIS,
  },
  linkStatus2: {
    deemphasis: DEEMPHASIS,
    crosslink: ["not supported", "upstream port", "downstream port", "not completed"],
    downstreamComponent: {
      0: "link down, not determined",
      1: "link down, not present",
      2: "link down, present",
      4: "link up, present",
      5: "link up, DRS received",
    },
  },
} as const satisfies Meanings;

/** What ports with a slot have from version 2 on. */
export const EXPRESS_SLOT_2 = {
  slotCapabilities2: { at: 0x34, width: 32, access: "ro", fields: { inBandPresenceDetectDisable: 0 } },
} as const satisfies RegisterMap;
