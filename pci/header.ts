/** The header of a device's config space, as registers. */
import type { RegisterMap } from "../core/registers.ts";

/**
 * The first 64 bytes of the config space of a device (header type 0).
 *
 * @see PCI Local Bus Specification 3.0, section 6.1; PCI Express Base Specification 4.0, section 7.5.1
 */
export const CONFIG_HEADER = {
  vendorId: { at: 0x00, width: 16, access: "ro" },
  deviceId: { at: 0x02, width: 16, access: "ro" },
  // Stepping, and in status the user-definable features, are gone since PCI 3.0.
  command: {
    at: 0x04,
    width: 16,
    fields: {
      ioSpace: 0,
      memorySpace: 1,
      busMaster: 2,
      specialCycles: 3,
      memoryWriteAndInvalidate: 4,
      vgaPaletteSnoop: 5,
      parityErrorResponse: 6,
      stepping: 7,
      serrEnable: 8,
      fastBackToBackEnable: 9,
      interruptDisable: 10,
    },
  },
  // Bits 8 and 11 to 15 are cleared by writing 1; the others are read-only.
  status: {
    at: 0x06,
    width: 16,
    access: "w1c",
    fields: {
      immediateReadiness: 0,
      interruptStatus: 3,
      capabilitiesList: 4,
      capable66MHz: 5,
      userDefinableFeatures: 6,
      fastBackToBackCapable: 7,
      masterDataParityError: 8,
      devselTiming: [10, 9],
      signaledTargetAbort: 11,
      receivedTargetAbort: 12,
      receivedMasterAbort: 13,
      signaledSystemError: 14,
      detectedParityError: 15,
    },
  },
  revisionId: { at: 0x08, width: 8, access: "ro" },
  // Three bytes at 0x09, which no access has: they are read together with the revision.
  classCode: {
    at: 0x08,
    width: 32,
    access: "ro",
    fields: { code: [31, 8], baseClass: [31, 24], subclass: [23, 16], programmingInterface: [15, 8] },
  },
  cacheLineSize: { at: 0x0c, width: 8 },
  latencyTimer: { at: 0x0d, width: 8 },
  headerType: { at: 0x0e, width: 8, access: "ro", fields: { layout: [6, 0], multiFunction: 7 } },
  bist: { at: 0x0f, width: 8, fields: { capable: 7, start: 6, completionCode: [3, 0] } },
  bar0: { at: 0x10, width: 32 },
  bar1: { at: 0x14, width: 32 },
  bar2: { at: 0x18, width: 32 },
  bar3: { at: 0x1c, width: 32 },
  bar4: { at: 0x20, width: 32 },
  bar5: { at: 0x24, width: 32 },
  cardbusCisPointer: { at: 0x28, width: 32, access: "ro" },
  subsystemVendorId: { at: 0x2c, width: 16, access: "ro" },
  subsystemId: { at: 0x2e, width: 16, access: "ro" },
  // The address is what is left of `raw` without its low 11 bits.
  expansionRom: { at: 0x30, width: 32, fields: { enable: 0 } },
  capabilitiesPointer: { at: 0x34, width: 8, access: "ro" },
  interruptLine: { at: 0x3c, width: 8 },
  interruptPin: { at: 0x3d, width: 8, access: "ro" },
  minGnt: { at: 0x3e, width: 8, access: "ro" },
  maxLat: { at: 0x3f, width: 8, access: "ro" },
} as const satisfies RegisterMap;
