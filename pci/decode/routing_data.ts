/**
 * Layouts of the capabilities that route, isolate, translate and share, each from its start.
 *
 * @see PCI Express Base Specification 6.0, sections 7.7.11, 7.8.7 to 7.8.9, 7.9.11 and chapters 9 and 10;
 * Linux, include/uapi/linux/pci_regs.h
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** Access Control Services. */
export const ACCESS_CONTROL_SERVICES = {
  capabilities: {
    at: 0x04,
    width: 8,
    access: "ro",
    fields: {
      sourceValidation: 0,
      translationBlocking: 1,
      requestRedirect: 2,
      completionRedirect: 3,
      upstreamForwarding: 4,
      egressControl: 5,
      directTranslated: 6,
      enhanced: 7,
    },
  },
  egressControlVectorSize: { at: 0x05, width: 8, access: "ro" },
  control: {
    at: 0x06,
    width: 16,
    fields: {
      sourceValidation: 0,
      translationBlocking: 1,
      requestRedirect: 2,
      completionRedirect: 3,
      upstreamForwarding: 4,
      egressControl: 5,
      directTranslated: 6,
      ioRequestBlocking: 7,
      downstreamMemoryTarget: [9, 8],
      upstreamMemoryTarget: [11, 10],
      unclaimedRequestRedirect: 12,
    },
  },
} as const satisfies RegisterMap;

/** Alternative Routing-ID Interpretation. */
export const ALTERNATIVE_ROUTING_ID = {
  capabilities: {
    at: 0x04,
    width: 16,
    access: "ro",
    fields: { channelGroups: 0, accessControlGroups: 1, nextFunction: [15, 8] },
  },
  control: {
    at: 0x06,
    width: 16,
    fields: { channelGroups: 0, accessControlGroups: 1, functionGroup: [6, 4] },
  },
} as const satisfies RegisterMap;

/** Address Translation Services. */
export const ADDRESS_TRANSLATION_SERVICES = {
  capabilities: {
    at: 0x04,
    width: 16,
    access: "ro",
    fields: { invalidateQueueDepth: [4, 0], pageAlignedRequest: 5, globalInvalidate: 6, relaxedOrdering: 7 },
  },
  control: { at: 0x06, width: 16, fields: { smallestTranslationUnit: [4, 0], enable: 15 } },
} as const satisfies RegisterMap;

/** The depth is a number of requests, the unit in bytes. */
export const ADDRESS_TRANSLATION_SERVICES_MEANINGS = {
  capabilities: { invalidateQueueDepth: (encoded: number): number => encoded === 0 ? 32 : encoded },
  control: { smallestTranslationUnit: (encoded: number): number => 4096 * 2 ** encoded },
} as const satisfies Meanings;

/** Page Request Interface. */
export const PAGE_REQUEST_INTERFACE = {
  control: { at: 0x04, width: 16, fields: { enable: 0, reset: 1 } },
  // Bits 8 and 15 are read-only; the others are cleared by writing 1.
  status: {
    at: 0x06,
    width: 16,
    access: "w1c",
    fields: { responseFailure: 0, unexpectedGroupIndex: 1, stopped: 8, pasidRequired: 15 },
  },
  capacity: { at: 0x08, width: 32, access: "ro" },
  allocation: { at: 0x0c, width: 32 },
} as const satisfies RegisterMap;

/** Process Address Space ID. */
export const PROCESS_ADDRESS_SPACE_ID = {
  capabilities: {
    at: 0x04,
    width: 16,
    access: "ro",
    fields: { execute: 1, privileged: 2, translatedRequests: 3, maxWidth: [12, 8] },
  },
  control: { at: 0x06, width: 16, fields: { enable: 0, execute: 1, privileged: 2, translatedRequests: 3 } },
} as const satisfies RegisterMap;

/** Single Root I/O Virtualization; the BARs of virtual functions are six registers from 0x24 on. */
export const SINGLE_ROOT_IO_VIRTUALIZATION = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      migration: 0,
      ariHierarchyPreserved: 1,
      tag10Requester: 2,
      tag14Requester: 3,
      migrationInterruptMessage: [31, 21],
    },
  },
  control: {
    at: 0x08,
    width: 16,
    fields: {
      enable: 0,
      migrationEnable: 1,
      migrationInterruptEnable: 2,
      memorySpace: 3,
      ariHierarchy: 4,
      tag10Requester: 5,
      tag14Requester: 6,
    },
  },
  status: { at: 0x0a, width: 16, access: "w1c", fields: { migration: 0 } },
  initialVfs: { at: 0x0c, width: 16, access: "ro" },
  totalVfs: { at: 0x0e, width: 16, access: "ro" },
  vfs: { at: 0x10, width: 16 },
  functionDependencyLink: { at: 0x12, width: 8, access: "ro" },
  firstVfOffset: { at: 0x14, width: 16, access: "ro" },
  vfStride: { at: 0x16, width: 16, access: "ro" },
  vfDeviceId: { at: 0x1a, width: 16, access: "ro" },
  // Bit 0 stands for 4 KiB, bit 1 for 8 KiB, ...
  pageSizes: { at: 0x1c, width: 32, access: "ro" },
  systemPageSize: { at: 0x20, width: 32 },
  // An offset in the BAR is what is left of `raw` without its low 3 bits.
  migrationStateArray: { at: 0x3c, width: 32, access: "ro", fields: { bar: [2, 0], offset: [31, 3] } },
} as const satisfies RegisterMap;

/** The offset is in bytes. */
export const SINGLE_ROOT_IO_VIRTUALIZATION_MEANINGS = {
  migrationStateArray: { offset: (encoded: number): number => 8 * encoded },
} as const satisfies Meanings;

/** Multicast. */
export const MULTICAST = {
  capabilities: {
    at: 0x04,
    width: 16,
    access: "ro",
    fields: { maxGroups: [5, 0], windowSizeRequested: [13, 8], ecrcRegeneration: 15 },
  },
  control: { at: 0x06, width: 16, fields: { groups: [5, 0], enable: 15 } },
  baseLower: { at: 0x08, width: 32, fields: { indexPosition: [5, 0], address: [31, 12] } },
  baseUpper: { at: 0x0c, width: 32 },
  receiveLower: { at: 0x10, width: 32 },
  receiveUpper: { at: 0x14, width: 32 },
  blockAllLower: { at: 0x18, width: 32 },
  blockAllUpper: { at: 0x1c, width: 32 },
  blockUntranslatedLower: { at: 0x20, width: 32 },
  blockUntranslatedUpper: { at: 0x24, width: 32 },
} as const satisfies RegisterMap;

/** The window is in bytes. */
export const MULTICAST_MEANINGS = {
  capabilities: {
    maxGroups: (encoded: number): number => encoded + 1,
    windowSizeRequested: (encoded: number): number => 2 ** encoded,
  },
  control: { groups: (encoded: number): number => encoded + 1 },
} as const satisfies Meanings;

/** Multicast: what ports have. */
export const MULTICAST_OVERLAY = {
  overlayLower: { at: 0x28, width: 32, fields: { size: [5, 0], address: [31, 6] } },
  overlayUpper: { at: 0x2c, width: 32 },
} as const satisfies RegisterMap;

/** One BAR of Resizable BAR or VF Resizable BAR. */
export const RESIZABLE = {
  capability: { at: 0x00, width: 32, access: "ro", fields: { sizes: [31, 4] } },
  control: {
    at: 0x04,
    width: 32,
    fields: { bar: [2, 0], count: [7, 5], size: [13, 8], sizesUpper: [31, 16] },
  },
} as const satisfies RegisterMap;

/** Transaction Processing Hints Requester. */
export const PROCESSING_HINTS = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      noSteeringTag: 0,
      interruptVector: 1,
      deviceSpecific: 2,
      extendedRequester: 8,
      tableLocation: [10, 9],
      tableSize: [26, 16],
    },
  },
  control: { at: 0x08, width: 32, fields: { mode: [2, 0], requester: [9, 8] } },
} as const satisfies RegisterMap;

/** Entries of the table, where there is one. */
export const PROCESSING_HINTS_MEANINGS = {
  capabilities: {
    tableLocation: ["none", "capability", "MSI-X table"],
    tableSize: (encoded: number): number => encoded + 1,
  },
  control: {
    mode: ["no steering tag", "interrupt vector", "device-specific"],
    requester: { 0: "disabled", 1: "TPH", 3: "TPH and extended TPH" },
  },
} as const satisfies Meanings;

/** LN Requester. @see PCI Express Base Specification 4.0, section 7.9.13 */
export const LN_REQUESTER = {
  capabilities: {
    at: 0x04,
    width: 16,
    access: "ro",
    fields: { cacheLine64: 0, cacheLine128: 1, maxRegistrations: [12, 8] },
  },
  control: { at: 0x06, width: 16, fields: { enable: 0, cacheLine128: 1, registrationLimit: [12, 8] } },
} as const satisfies RegisterMap;
