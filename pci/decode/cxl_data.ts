/**
 * Layouts of the capabilities of Compute Express Link, each from the start of the designated vendor-specific capability.
 *
 * @see Compute Express Link Specification 3.1, section 8.1; Linux, include/uapi/linux/pci_regs.h
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** Vendor id of the consortium. */
export const CXL_VENDOR_ID = 0x1e98;

/** PCIe DVSEC for CXL Devices. */
export const CXL_DEVICE = {
  capabilities: {
    at: 0x0a,
    width: 16,
    access: "ro",
    fields: {
      cache: 0,
      io: 1,
      mem: 2,
      memHardwareInitialized: 3,
      ranges: [5, 4],
      cacheWriteBackAndInvalidate: 6,
      reset: 7,
      resetTimeout: [10, 8],
      resetMemoryClear: 11,
      tsp: 12,
      multipleLogicalDevices: 13,
      viral: 14,
      powerManagementReporting: 15,
    },
  },
  control: {
    at: 0x0c,
    width: 16,
    fields: {
      cache: 0,
      io: 1,
      mem: 2,
      snoopFilterCoverage: [7, 3],
      snoopFilterGranularity: [10, 8],
      cleanEviction: 11,
      directPeerToPeer: 12,
      viral: 14,
    },
  },
  status: { at: 0x0e, width: 16, access: "w1c", fields: { viral: 14 } },
  control2: {
    at: 0x10,
    width: 16,
    fields: {
      disableCaching: 0,
      initiateCacheWriteBackAndInvalidate: 1,
      initiateReset: 2,
      resetMemoryClear: 3,
      volatileStateAfterHotReset: 4,
      modifiedCompletion: 5,
    },
  },
  status2: {
    at: 0x12,
    width: 16,
    access: "ro",
    fields: {
      cacheInvalid: 0,
      resetComplete: 1,
      resetError: 2,
      volatilePreservationError: 3,
      powerManagementInitialized: 15,
    },
  },
  lock: { at: 0x14, width: 16, fields: { locked: 0 } },
  capabilities2: {
    at: 0x16,
    width: 16,
    access: "ro",
    fields: {
      cacheSizeUnit: [3, 0],
      fallback: [5, 4],
      modifiedCompletion: 6,
      noCleanWriteBack: 7,
      cacheSize: [15, 8],
    },
  },
} as const satisfies RegisterMap;

/** The unit is in bytes. */
export const CXL_DEVICE_MEANINGS = {
  capabilities2: { cacheSizeUnit: { 0: "not reported", 1: 65536, 2: 1048576 } },
} as const satisfies Meanings;

/** PCIe DVSEC for CXL Devices: a range of memory, from its own start. */
export const CXL_RANGE = {
  sizeUpper: { at: 0x00, width: 32, access: "ro" },
  sizeLower: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      valid: 0,
      active: 1,
      mediaType: [4, 2],
      memoryClass: [7, 5],
      interleave: [12, 8],
      activeTimeout: [15, 13],
      size: [31, 28],
    },
  },
  baseUpper: { at: 0x08, width: 32 },
  baseLower: { at: 0x0c, width: 32, fields: { base: [31, 28] } },
} as const satisfies RegisterMap;

/** The interleave is in bytes, the timeout in seconds. */
export const CXL_RANGE_MEANINGS = {
  sizeLower: {
    mediaType: { 0: "volatile", 1: "non-volatile", 2: "CDAT" },
    memoryClass: { 0: "memory", 1: "storage", 2: "CDAT" },
    interleave: { 0: 0, 1: 256, 2: 4096, 3: 512, 4: 1024, 5: 2048, 6: 8192, 7: 16384 },
    activeTimeout: { 0: 1, 1: 4, 2: 16, 3: 64, 4: 256 },
  },
} as const satisfies Meanings;

/** PCIe DVSEC for CXL Devices: what it has from revision 2 on. */
export const CXL_DEVICE_2 = {
  capabilities3: {
    at: 0x38,
    width: 16,
    access: "ro",
    fields: {
      volatileStateAfterColdReset: 0,
      volatileStateAfterWarmReset: 1,
      volatileStateAfterHotReset: 2,
      volatileStateAfterHotResetConfigurable: 3,
      directPeerToPeer: 4,
    },
  },
} as const satisfies RegisterMap;

/** CXL Extensions DVSEC for Ports. */
export const CXL_PORT = {
  status: { at: 0x0a, width: 16, access: "w1c", fields: { powerManagementInitialized: 0, viral: 14 } },
  control: {
    at: 0x0c,
    width: 16,
    fields: {
      unmaskSecondaryBusReset: 0,
      unmaskLinkDisable: 1,
      alternateMemoryAndIdSpace: 2,
      alternateBusMaster: 3,
      uioToHdm: 4,
      viral: 14,
    },
  },
  alternateBusBase: { at: 0x0e, width: 8 },
  alternateBusLimit: { at: 0x0f, width: 8 },
  alternateMemoryBase: { at: 0x10, width: 16 },
  alternateMemoryLimit: { at: 0x12, width: 16 },
  alternatePrefetchableBase: { at: 0x14, width: 16 },
  alternatePrefetchableLimit: { at: 0x16, width: 16 },
  alternatePrefetchableBaseUpper: { at: 0x18, width: 32 },
  alternatePrefetchableLimitUpper: { at: 0x1c, width: 32 },
  rcrbLower: { at: 0x20, width: 32, fields: { enable: 0, base: [31, 13] } },
  rcrbUpper: { at: 0x24, width: 32 },
} as const satisfies RegisterMap;

/** GPF DVSEC for CXL Ports. */
export const CXL_PORT_FLUSH = {
  phase1: { at: 0x0c, width: 16, fields: { timeoutBase: [3, 0], timeoutScale: [11, 8] } },
  phase2: { at: 0x0e, width: 16, fields: { timeoutBase: [3, 0], timeoutScale: [11, 8] } },
} as const satisfies RegisterMap;

/** GPF DVSEC for CXL Devices. */
export const CXL_DEVICE_FLUSH = {
  phase2: { at: 0x0a, width: 16, access: "ro", fields: { durationBase: [3, 0], durationScale: [11, 8] } },
  // In milliwatts.
  phase2Power: { at: 0x0c, width: 32, access: "ro" },
} as const satisfies RegisterMap;

const TIME_SCALE = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000] as const;

/** Scales are in microseconds. */
export const CXL_FLUSH_MEANINGS = {
  phase1: { timeoutScale: TIME_SCALE },
  phase2: { timeoutScale: TIME_SCALE, durationScale: TIME_SCALE },
} as const satisfies Meanings;

/** PCIe DVSEC for Flex Bus Port. */
export const CXL_FLEX_BUS = {
  capabilities: {
    at: 0x0a,
    width: 16,
    access: "ro",
    fields: {
      cache: 0,
      io: 1,
      mem: 2,
      flit68: 5,
      multipleLogicalDevices: 6,
      latencyOptimizedFlit256: 13,
      portBasedRoutingFlit: 14,
    },
  },
  control: {
    at: 0x0c,
    width: 16,
    fields: {
      cache: 0,
      io: 1,
      mem: 2,
      syncHeaderBypass: 3,
      driftBuffer: 4,
      flit68: 5,
      multipleLogicalDevices: 6,
      disableRcdTraining: 7,
      retimer1: 8,
      retimer2: 9,
      latencyOptimizedFlit256: 13,
      portBasedRoutingFlit: 14,
    },
  },
  status: {
    at: 0x0e,
    width: 16,
    access: "ro",
    fields: {
      cache: 0,
      io: 1,
      mem: 2,
      syncHeaderBypass: 3,
      driftBuffer: 4,
      flit68: 5,
      multipleLogicalDevices: 6,
      evenHalfFailed: 7,
      correctableProtocolIdError: 8,
      uncorrectableProtocolIdError: 9,
      unexpectedProtocolIdDropped: 10,
      retimersMismatched: 11,
      flitFraming: 12,
      latencyOptimizedFlit256: 13,
      portBasedRoutingFlit: 14,
    },
  },
} as const satisfies RegisterMap;

/** PCIe DVSEC for Flex Bus Port: what it has from revision 1 on. */
export const CXL_FLEX_BUS_1 = {
  receivedModifiedTs: { at: 0x10, width: 32, access: "ro", fields: { data: [23, 0] } },
} as const satisfies RegisterMap;

/** PCIe DVSEC for Flex Bus Port: what it has from revision 2 on. */
export const CXL_FLEX_BUS_2 = {
  capabilities2: { at: 0x14, width: 32, access: "ro", fields: { nopHint: 0 } },
  control2: { at: 0x18, width: 32, fields: { nopHint: 0 } },
  status2: { at: 0x1c, width: 32, access: "ro", fields: { nopHint: [1, 0] } },
} as const satisfies RegisterMap;

/** Register Locator DVSEC: one block, from its own start. */
export const CXL_REGISTER_BLOCK = {
  lower: { at: 0x00, width: 32, access: "ro", fields: { bar: [2, 0], block: [15, 8], offset: [31, 16] } },
  offsetUpper: { at: 0x04, width: 32, access: "ro" },
} as const satisfies RegisterMap;

/** What blocks hold. */
export const CXL_REGISTER_BLOCK_MEANINGS = {
  lower: {
    block: {
      0: "empty",
      1: "component",
      2: "BAR virtualization",
      3: "device",
      4: "performance monitoring",
      255: "vendor-specific",
    },
  },
} as const satisfies Meanings;

/** MLD DVSEC. */
export const CXL_MULTIPLE_LOGICAL_DEVICES = {
  logicalDevices: { at: 0x0a, width: 16, access: "ro" },
} as const satisfies RegisterMap;
