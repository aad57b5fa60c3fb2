/**
 * Layouts of the capabilities that report and contain errors, each from its start.
 *
 * @see PCI Express Base Specification 6.0, sections 7.8.4 and 7.9.14; Linux, include/uapi/linux/pci_regs.h
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Field } from "../../core/register_fields.ts";
import type { Meanings } from "./fields.ts";

const UNCORRECTABLE = {
  dataLinkProtocol: 4,
  surpriseDown: 5,
  poisonedTlp: 12,
  flowControlProtocol: 13,
  completionTimeout: 14,
  completerAbort: 15,
  unexpectedCompletion: 16,
  receiverOverflow: 17,
  malformedTlp: 18,
  ecrc: 19,
  unsupportedRequest: 20,
  acsViolation: 21,
  internal: 22,
  multicastBlockedTlp: 23,
  atomicOpEgressBlocked: 24,
  tlpPrefixBlocked: 25,
  poisonedTlpEgressBlocked: 26,
  dmWrEgressBlocked: 27,
  ideCheckFailed: 28,
  misroutedIdeTlp: 29,
  pcrcCheckFailed: 30,
  translationEgressBlocked: 31,
} as const satisfies Readonly<Record<string, Field>>;

const CORRECTABLE = {
  receiver: 0,
  badTlp: 6,
  badDllp: 7,
  replayNumberRollover: 8,
  replayTimerTimeout: 12,
  advisoryNonFatal: 13,
  internal: 14,
  headerLogOverflow: 15,
} as const satisfies Readonly<Record<string, Field>>;

/** Advanced Error Reporting: what every function has. */
export const ERROR_REPORTING = {
  uncorrectableStatus: { at: 0x04, width: 32, access: "w1c", fields: UNCORRECTABLE },
  uncorrectableMask: { at: 0x08, width: 32, fields: UNCORRECTABLE },
  uncorrectableSeverity: { at: 0x0c, width: 32, fields: UNCORRECTABLE },
  correctableStatus: { at: 0x10, width: 32, access: "w1c", fields: CORRECTABLE },
  correctableMask: { at: 0x14, width: 32, fields: CORRECTABLE },
  control: {
    at: 0x18,
    width: 32,
    fields: {
      firstError: [4, 0],
      ecrcGenerationCapable: 5,
      ecrcGenerationEnable: 6,
      ecrcCheckCapable: 7,
      ecrcCheckEnable: 8,
      multipleHeaderCapable: 9,
      multipleHeaderEnable: 10,
      tlpPrefixLogPresent: 11,
      completionTimeoutLogCapable: 12,
      loggedInFlitMode: 18,
      loggedTlpSize: [23, 19],
    },
  },
} as const satisfies RegisterMap;

/** Advanced Error Reporting: what root ports and event collectors have. */
export const ERROR_REPORTING_ROOT = {
  rootCommand: {
    at: 0x2c,
    width: 32,
    fields: { correctableReporting: 0, nonFatalReporting: 1, fatalReporting: 2 },
  },
  rootStatus: {
    at: 0x30,
    width: 32,
    access: "w1c",
    fields: {
      correctable: 0,
      multipleCorrectable: 1,
      uncorrectable: 2,
      multipleUncorrectable: 3,
      firstUncorrectableFatal: 4,
      nonFatalMessages: 5,
      fatalMessages: 6,
      errorSubclass: [8, 7],
      interruptMessage: [31, 27],
    },
  },
  correctableSource: { at: 0x34, width: 16, access: "ro" },
  uncorrectableSource: { at: 0x36, width: 16, access: "ro" },
} as const satisfies RegisterMap;

/** Downstream Port Containment: what every downstream port with it has. */
export const CONTAINMENT = {
  capabilities: {
    at: 0x04,
    width: 16,
    access: "ro",
    fields: {
      interruptMessage: [4, 0],
      rootPortExtensions: 5,
      poisonedTlpEgressBlocking: 6,
      softwareTrigger: 7,
      logSizeLower: [11, 8],
      linkActiveErrorSignaling: 12,
      logSizeUpper: [13, 13],
    },
  },
  control: {
    at: 0x06,
    width: 16,
    fields: {
      trigger: [1, 0],
      completion: [2, 2],
      interruptEnable: 3,
      correctableErrorEnable: 4,
      poisonedTlpEgressBlockingEnable: 5,
      softwareTrigger: 6,
      linkActiveErrorEnable: 7,
      sigSfwEnable: 8,
    },
  },
  // Bits 1, 2, 4 to 6 and 8 to 12 are read-only; the others are cleared by writing 1.
  status: {
    at: 0x08,
    width: 16,
    access: "w1c",
    fields: {
      triggered: 0,
      reason: [2, 1],
      interrupt: 3,
      rootPortBusy: 4,
      reasonExtension: [6, 5],
      firstError: [12, 8],
      sigSfw: 13,
    },
  },
  errorSource: { at: 0x0a, width: 16, access: "ro" },
} as const satisfies RegisterMap;

/** What containment is triggered by. */
export const CONTAINMENT_MEANINGS = {
  control: {
    trigger: { 0: "disabled", 1: "ERR_FATAL", 2: "ERR_NONFATAL or ERR_FATAL" },
    completion: ["completer abort", "unsupported request"],
  },
  status: {
    reason: ["uncorrectable error", "ERR_NONFATAL", "ERR_FATAL", "extended"],
    reasonExtension: { 0: "programmed I/O error", 1: "software" },
  },
} as const satisfies Meanings;

const PROGRAMMED_IO = {
  configurationUnsupportedRequest: 0,
  configurationCompleterAbort: 1,
  configurationTimeout: 2,
  ioUnsupportedRequest: 8,
  ioCompleterAbort: 9,
  ioTimeout: 10,
  memoryUnsupportedRequest: 16,
  memoryCompleterAbort: 17,
  memoryTimeout: 18,
} as const satisfies Readonly<Record<string, Field>>;

/** Downstream Port Containment: the extensions for root ports. */
export const CONTAINMENT_ROOT = {
  programmedIoStatus: { at: 0x0c, width: 32, access: "w1c", fields: PROGRAMMED_IO },
  programmedIoMask: { at: 0x10, width: 32, fields: PROGRAMMED_IO },
  programmedIoSeverity: { at: 0x14, width: 32, fields: PROGRAMMED_IO },
  programmedIoSystemError: { at: 0x18, width: 32, fields: PROGRAMMED_IO },
  programmedIoException: { at: 0x1c, width: 32, fields: PROGRAMMED_IO },
} as const satisfies RegisterMap;
