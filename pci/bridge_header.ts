/** The headers of bridges, as registers: what stands where a device has its BARs and its subsystem. */
import type { RegisterMap } from "../core/registers.ts";

/**
 * Bytes 0x10 to 0x3f of the config space of a bridge to PCI or PCI Express (header type 1). The first 16 bytes are those of
 * {@linkcode CONFIG_HEADER}.
 *
 * @see PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2; PCI Express Base Specification 6.0, section 7.5.1.3
 */
export const BRIDGE_HEADER = {
  bar0: { at: 0x10, width: 32 },
  bar1: { at: 0x14, width: 32 },
  primaryBus: { at: 0x18, width: 8 },
  secondaryBus: { at: 0x19, width: 8 },
  subordinateBus: { at: 0x1a, width: 8 },
  secondaryLatencyTimer: { at: 0x1b, width: 8 },
  // Types: 0 for addresses of 16 bits, 1 for 32.
  ioBase: { at: 0x1c, width: 8, fields: { type: [3, 0], base: [7, 4] } },
  ioLimit: { at: 0x1d, width: 8, fields: { type: [3, 0], limit: [7, 4] } },
  // Bits 8 and 11 to 15 are cleared by writing 1; the others are read-only.
  secondaryStatus: {
    at: 0x1e,
    width: 16,
    access: "w1c",
    fields: {
      capable66MHz: 5,
      fastBackToBackCapable: 7,
      masterDataParityError: 8,
      devselTiming: [10, 9],
      signaledTargetAbort: 11,
      receivedTargetAbort: 12,
      receivedMasterAbort: 13,
      receivedSystemError: 14,
      detectedParityError: 15,
    },
  },
  memoryBase: { at: 0x20, width: 16, fields: { type: [3, 0], base: [15, 4] } },
  memoryLimit: { at: 0x22, width: 16, fields: { type: [3, 0], limit: [15, 4] } },
  // Types: 0 for addresses of 32 bits, 1 for 64.
  prefetchableBase: { at: 0x24, width: 16, fields: { type: [3, 0], base: [15, 4] } },
  prefetchableLimit: { at: 0x26, width: 16, fields: { type: [3, 0], limit: [15, 4] } },
  prefetchableBaseUpper: { at: 0x28, width: 32 },
  prefetchableLimitUpper: { at: 0x2c, width: 32 },
  ioBaseUpper: { at: 0x30, width: 16 },
  ioLimitUpper: { at: 0x32, width: 16 },
  capabilitiesPointer: { at: 0x34, width: 8, access: "ro" },
  // The address is what is left of `raw` without its low 11 bits.
  expansionRom: { at: 0x38, width: 32, fields: { enable: 0 } },
  interruptLine: { at: 0x3c, width: 8 },
  interruptPin: { at: 0x3d, width: 8, access: "ro" },
  bridgeControl: {
    at: 0x3e,
    width: 16,
    fields: {
      parityErrorResponse: 0,
      serrEnable: 1,
      isaEnable: 2,
      vgaEnable: 3,
      vga16: 4,
      masterAbortMode: 5,
      secondaryBusReset: 6,
      fastBackToBackEnable: 7,
      primaryDiscardTimer: 8,
      secondaryDiscardTimer: 9,
      discardTimerStatus: 10,
      discardTimerSerrEnable: 11,
    },
  },
} as const satisfies RegisterMap;

/**
 * Bytes 0x10 to 0x47 of the config space of a bridge to CardBus (header type 2). The first 16 bytes are those of
 * {@linkcode CONFIG_HEADER}.
 *
 * @see PC Card Standard 8.0, volume 2, section 4.5.2; Linux, include/uapi/linux/pci_regs.h, PCI_CB_CAPABILITY_LIST and
 * following
 */
export const CARDBUS_HEADER = {
  bar0: { at: 0x10, width: 32 },
  capabilitiesPointer: { at: 0x14, width: 8, access: "ro" },
  // Bits 8 and 11 to 15 are cleared by writing 1; the others are read-only.
  secondaryStatus: {
    at: 0x16,
    width: 16,
    access: "w1c",
    fields: {
      capable66MHz: 5,
      fastBackToBackCapable: 7,
      masterDataParityError: 8,
      devselTiming: [10, 9],
      signaledTargetAbort: 11,
      receivedTargetAbort: 12,
      receivedMasterAbort: 13,
      receivedSystemError: 14,
      detectedParityError: 15,
    },
  },
  primaryBus: { at: 0x18, width: 8 },
  secondaryBus: { at: 0x19, width: 8 },
  subordinateBus: { at: 0x1a, width: 8 },
  secondaryLatencyTimer: { at: 0x1b, width: 8 },
  memoryBase0: { at: 0x1c, width: 32 },
  memoryLimit0: { at: 0x20, width: 32 },
  memoryBase1: { at: 0x24, width: 32 },
  memoryLimit1: { at: 0x28, width: 32 },
  // Types: 0 for addresses of 16 bits, 1 for 32.
  ioBase0: { at: 0x2c, width: 32, fields: { type: [1, 0], address: [31, 2] } },
  ioLimit0: { at: 0x30, width: 32 },
  ioBase1: { at: 0x34, width: 32, fields: { type: [1, 0], address: [31, 2] } },
  ioLimit1: { at: 0x38, width: 32 },
  interruptLine: { at: 0x3c, width: 8 },
  interruptPin: { at: 0x3d, width: 8, access: "ro" },
  bridgeControl: {
    at: 0x3e,
    width: 16,
    fields: {
      parityErrorResponse: 0,
      serrEnable: 1,
      isaEnable: 2,
      vgaEnable: 3,
      masterAbortMode: 5,
      cardReset: 6,
      interrupt16: 7,
      prefetchMemory0: 8,
      prefetchMemory1: 9,
      writePosting: 10,
    },
  },
  subsystemVendorId: { at: 0x40, width: 16, access: "ro" },
  subsystemId: { at: 0x42, width: 16, access: "ro" },
  legacyModeBase: { at: 0x44, width: 32 },
} as const satisfies RegisterMap;
