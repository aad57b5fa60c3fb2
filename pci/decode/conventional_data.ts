/**
 * Layouts of the capabilities that conventional PCI and its relatives brought, each from its start.
 *
 * @see PCI Local Bus Specification 3.0, chapter 6 and appendix H; Linux, include/uapi/linux/pci_regs.h
 */
import type { RegisterMap } from "../../core/registers.ts";
import type { Meanings } from "./fields.ts";

/** Power Management. @see PCI Bus Power Management Interface Specification 1.2, section 3.2 */
export const POWER_MANAGEMENT = {
  capabilities: {
    at: 0x02,
    width: 16,
    access: "ro",
    fields: {
      version: [2, 0],
      pmeClock: 3,
      immediateReadiness: 4,
      deviceSpecificInitialization: 5,
      auxiliaryCurrent: [8, 6],
      d1: 9,
      d2: 10,
      pmeFromD0: 11,
      pmeFromD1: 12,
      pmeFromD2: 13,
      pmeFromD3Hot: 14,
      pmeFromD3Cold: 15,
    },
  },
  control: {
    at: 0x04,
    width: 16,
    fields: {
      powerState: [1, 0],
      noSoftReset: 3,
      pmeEnable: 8,
      dataSelect: [12, 9],
      dataScale: [14, 13],
      pmeStatus: 15,
    },
  },
  bridge: { at: 0x06, width: 8, access: "ro", fields: { stopsClockInD3Hot: 6, controlsBusPower: 7 } },
  data: { at: 0x07, width: 8, access: "ro" },
} as const satisfies RegisterMap;

/** The current is in milliamperes. */
export const POWER_MANAGEMENT_MEANINGS = {
  capabilities: { auxiliaryCurrent: [0, 55, 100, 160, 220, 270, 320, 375] },
  control: { powerState: ["D0", "D1", "D2", "D3hot"] },
} as const satisfies Meanings;

/** AGP, of a target and of the bridge behind which it is. @see AGP V3.0 Interface Specification, section 5 */
export const AGP = {
  version: { at: 0x02, width: 8, access: "ro", fields: { major: [7, 4], minor: [3, 0] } },
  status: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      rates: [2, 0],
      agp3: 3,
      fastWrite: 4,
      over4GiB: 5,
      hostTranslation: 6,
      gart64: 7,
      coherentAperture: 8,
      sidebandAddressing: 9,
      calibrationCycle: [12, 10],
      asynchronousRequestSize: [15, 13],
      isochronous: 16,
      requests: [31, 24],
    },
  },
  command: {
    at: 0x08,
    width: 32,
    fields: {
      rates: [2, 0],
      fastWrite: 4,
      over4GiB: 5,
      gart64: 7,
      enable: 8,
      sidebandAddressing: 9,
      calibrationCycle: [12, 10],
      asynchronousRequestSize: [15, 13],
      requests: [31, 24],
    },
  },
} as const satisfies RegisterMap;

/** Requests that are queued at most. */
export const AGP_MEANINGS = {
  status: { requests: (encoded: number): number => encoded + 1 },
  command: { requests: (encoded: number): number => encoded + 1 },
} as const satisfies Meanings;

/** Vital Product Data: a window to it; the data are not in the config space. */
export const VITAL_PRODUCT_DATA = {
  address: { at: 0x02, width: 16, fields: { address: [14, 0], flag: 15 } },
  data: { at: 0x04, width: 32 },
} as const satisfies RegisterMap;

/** Slot Identification. @see PCI-to-PCI Bridge Architecture Specification 1.2, section 13.4 */
export const SLOT_IDENTIFICATION = {
  expansionSlot: { at: 0x02, width: 8, access: "ro", fields: { slots: [4, 0], firstInChassis: 5 } },
  chassis: { at: 0x03, width: 8 },
} as const satisfies RegisterMap;

/** CompactPCI Hot Swap. @see PICMG 2.1 */
export const COMPACT_PCI_HOT_SWAP = {
  control: {
    at: 0x02,
    width: 8,
    fields: {
      deviceHidingArm: 0,
      enumSignalMask: 1,
      pendingInsertOrExtract: 2,
      ledOn: 3,
      programmingInterface: [5, 4],
      extraction: 6,
      insertion: 7,
    },
  },
} as const satisfies RegisterMap;

/** Vendor-Specific: all but its length is the vendor's. */
export const VENDOR_SPECIFIC = {
  length: { at: 0x02, width: 8, access: "ro" },
} as const satisfies RegisterMap;

/** What a vendor-specific capability of a virtio device is. @see Virtual I/O Device 1.2, section 4.1.4 */
export const VIRTIO = {
  type: { at: 0x03, width: 8, access: "ro", fields: { structure: [7, 0] } },
  bar: { at: 0x04, width: 8, access: "ro" },
  id: { at: 0x05, width: 8, access: "ro" },
  offset: { at: 0x08, width: 32, access: "ro" },
  size: { at: 0x0c, width: 32, access: "ro" },
} as const satisfies RegisterMap;

/** The structures of virtio. */
export const VIRTIO_MEANINGS = {
  type: {
    structure: {
      1: "common configuration",
      2: "notifications",
      3: "ISR status",
      4: "device configuration",
      5: "configuration access",
      8: "shared memory",
      9: "vendor data",
    },
  },
} as const satisfies Meanings;

/** What a virtio capability for notifications has behind that. */
export const VIRTIO_NOTIFICATIONS = {
  multiplier: { at: 0x10, width: 32, access: "ro" },
} as const satisfies RegisterMap;

/** Debug Port of a USB controller. @see EHCI Specification 1.0, appendix C */
export const DEBUG_PORT = {
  location: { at: 0x02, width: 16, access: "ro", fields: { bar: [15, 13], offset: [12, 0] } },
} as const satisfies RegisterMap;

/** The window of the Standard Hot-Plug Controller. @see PCI Standard Hot-Plug Controller Specification 1.0 */
export const HOT_PLUG = {
  dwordSelect: { at: 0x02, width: 8 },
  pending: { at: 0x03, width: 8, access: "ro", fields: { systemError: 2, interrupt: 3 } },
  dwordData: { at: 0x04, width: 32 },
} as const satisfies RegisterMap;

/** A bridge's subsystem, which its header has no place for. */
export const BRIDGE_SUBSYSTEM = {
  vendorId: { at: 0x04, width: 16, access: "ro" },
  deviceId: { at: 0x06, width: 16, access: "ro" },
} as const satisfies RegisterMap;

/** Secure Device: what type of it, which decides all else. */
export const SECURE_DEVICE = {
  capability: { at: 0x02, width: 16, access: "ro", fields: { type: [2, 0], revision: [7, 3] } },
} as const satisfies RegisterMap;

/** An IOMMU of AMD's, which is a secure device. @see AMD I/O Virtualization Technology Specification 3.07, section 3.1 */
export const AMD_IOMMU = {
  capability: {
    at: 0x02,
    width: 16,
    access: "ro",
    fields: {
      type: [2, 0],
      revision: [7, 3],
      iotlb: 8,
      hyperTransportTunnel: 9,
      notPresentCached: 10,
      extendedFeatures: 11,
      extendedCapability: 12,
    },
  },
  baseLower: { at: 0x04, width: 32, access: "ro", fields: { enable: 0, address: [31, 14] } },
  baseUpper: { at: 0x08, width: 32, access: "ro" },
  range: {
    at: 0x0c,
    width: 32,
    access: "ro",
    fields: { unitId: [4, 0], valid: 7, bus: [15, 8], firstDevice: [23, 16], lastDevice: [31, 24] },
  },
  miscellaneous: {
    at: 0x10,
    width: 32,
    access: "ro",
    fields: {
      interruptMessage: [4, 0],
      guestVirtualSize: [7, 5],
      physicalSize: [14, 8],
      virtualSize: [21, 15],
      hyperTransportAtsReserved: 22,
      pprInterruptMessage: [31, 27],
    },
  },
} as const satisfies RegisterMap;

/** SATA Data/Index Configuration. @see Serial ATA AHCI 1.3.1, section 2.4 */
export const SATA = {
  revision: { at: 0x02, width: 16, access: "ro", fields: { major: [7, 4], minor: [3, 0] } },
  location: { at: 0x04, width: 32, access: "ro", fields: { location: [3, 0], offset: [23, 4] } },
} as const satisfies RegisterMap;

/** The offset is in bytes. */
export const SATA_MEANINGS = {
  location: {
    location: {
      4: "BAR 0",
      5: "BAR 1",
      6: "BAR 2",
      7: "BAR 3",
      8: "BAR 4",
      9: "BAR 5",
      15: "config space",
    },
    offset: (encoded: number): number => 4 * encoded,
  },
} as const satisfies Meanings;

/** Advanced Features. @see PCI-SIG ECN Advanced Capabilities for Conventional PCI */
export const ADVANCED_FEATURES = {
  length: { at: 0x02, width: 8, access: "ro" },
  capabilities: {
    at: 0x03,
    width: 8,
    access: "ro",
    fields: { transactionsPending: 0, functionLevelReset: 1 },
  },
  control: { at: 0x04, width: 8, fields: { initiateFunctionLevelReset: 0 } },
  status: { at: 0x05, width: 8, access: "ro", fields: { transactionsPending: 0 } },
} as const satisfies RegisterMap;

/** Flattening Portal Bridge. @see PCI Express Base Specification 4.0, section 7.8.10 */
export const FLATTENING_PORTAL_BRIDGE = {
  capabilities: {
    at: 0x04,
    width: 32,
    access: "ro",
    fields: {
      routingIds: 0,
      lowMemory: 1,
      highMemory: 2,
      secondaryDevices: [7, 3],
      routingIdVectorSize: [10, 8],
      lowMemoryVectorSize: [18, 16],
      highMemoryVectorSize: [26, 24],
    },
  },
  routingIdControl1: {
    at: 0x08,
    width: 32,
    fields: { enable: 0, vectorGranularity: [7, 4], vectorStart: [31, 19] },
  },
  routingIdControl2: { at: 0x0c, width: 32, fields: { secondaryStart: [15, 3] } },
  lowMemoryControl: {
    at: 0x10,
    width: 32,
    fields: { enable: 0, vectorGranularity: [7, 4], vectorStart: [31, 20] },
  },
  highMemoryControl1: {
    at: 0x14,
    width: 32,
    fields: { enable: 0, vectorGranularity: [7, 4], vectorStartLower: [31, 28] },
  },
  highMemoryControl2: { at: 0x18, width: 32 },
  vectorAccessControl: { at: 0x1c, width: 32, fields: { offset: [7, 0], vector: [15, 14] } },
  vectorAccessData: { at: 0x20, width: 32 },
} as const satisfies RegisterMap;
