/**
 * What vfio-pci lets a user see and change of the config space, as data.
 *
 * @see Linux, drivers/vfio/pci/vfio_pci_config.c, `pci_cap_length`, `pci_ext_cap_length` and the `init_*_perm` functions
 */

/** A register: offset in its structure, bytes, which bits are the shadow's, which bits the user may write. */
export type Permission = readonly [offset: number, bytes: 1 | 2 | 4, virtual: number, writable: number];

/** How a capability is treated. */
export interface CapabilityRule {
  /** Bytes that belong to it; "variable" lengths are read from the device. */
  readonly length: number | "variable";
  /** Absent: reads come from hardware but for id and next pointer, writes are dropped. */
  readonly permissions?: readonly Permission[];
  /** Writes go to hardware as they are. */
  readonly rawWrites?: boolean;
}

const ALL = 0xffff_ffff;
/** The next pointer of a standard capability, and the first double word of an extended one, are the shadow's. */
const NEXT: Permission = [1, 1, 0xff, 0];
const EXTENDED_HEADER: Permission = [0, 4, ALL, 0];

/** The header of a device (type 0). */
export const HEADER_PERMISSIONS: readonly Permission[] = [
  [0x00, 2, 0xffff, 0], // vendor: a VF has ffff in hardware
  [0x02, 2, 0xffff, 0], // device
  [0x04, 2, 0x0400, 0xffff], // Command: INTx disable is the shadow's
  [0x06, 2, 0x0010, 0], // Status: whether there are capabilities
  [0x0c, 1, 0, 0xff], // cache line size
  [0x0d, 1, 0, 0xff], // latency timer
  [0x0f, 1, 0, 0xff], // BIST
  [0x10, 4, ALL, ALL], // BAR0 to BAR5
  [0x14, 4, ALL, ALL],
  [0x18, 4, ALL, ALL],
  [0x1c, 4, ALL, ALL],
  [0x20, 4, ALL, ALL],
  [0x24, 4, ALL, ALL],
  [0x30, 4, ALL, ALL], // ROM BAR
  [0x34, 1, 0xff, 0], // first capability
  [0x3c, 1, 0xff, 0xff], // interrupt line
  [0x3d, 1, 0xff, 0], // interrupt pin
];

/** Standard capabilities by id. Those that are not here are hidden. */
export const CAPABILITY_RULES: Readonly<Record<number, CapabilityRule>> = {
  // Power management: the state bits are set by the kernel, PME is not there.
  0x01: { length: 8, permissions: [NEXT, [2, 2, 0xf800, 0], [4, 4, 0x8100, 0xffff_7efc]] },
  0x02: { length: 12 }, // AGP
  0x03: { length: 8, permissions: [NEXT, [2, 2, 0xffff, 0xffff], [4, 4, ALL, ALL]] }, // VPD
  0x05: { length: "variable" }, // MSI: the permissions depend on its shape
  0x07: { length: "variable", permissions: [NEXT, [2, 2, 0, 0xffff], [8, 4, 0, ALL]] }, // PCI-X
  0x08: { length: "variable" }, // HyperTransport
  0x09: { length: "variable", rawWrites: true }, // vendor-specific
  // PCI Express: FLR, read request and payload sizes are the shadow's, ARI and phantom functions stay as they are.
  0x10: { length: "variable", permissions: [NEXT, [0x08, 2, 0xf0e0, 0xfdff], [0x28, 2, 0, 0xffdf]] },
  0x11: { length: 12 }, // MSI-X
  0x12: { length: "variable" }, // SATA
  0x13: { length: 6, permissions: [NEXT, [4, 1, 0x01, 0x01]] }, // Advanced Features
};

/** Makes the permissions of an MSI capability. @param flags Its message control. */
export function msiPermissions(flags: number): readonly Permission[] {
  const data = (flags & 0x80) !== 0 ? 0x0c : 0x08;
  const masks: readonly Permission[] = (flags & 0x100) !== 0
    ? [[data + 4, 4, 0, ALL], [data + 8, 4, 0, ALL]]
    : [];
  const high: readonly Permission[] = data === 0x0c ? [[8, 4, ALL, ALL]] : [];
  return [NEXT, [2, 1, 0xff, 0xff], [4, 4, ALL, ALL], ...high, [data, 2, 0xffff, 0xffff], ...masks];
}

const UNCORRECTABLE = 0x03ff_f031;
const CORRECTABLE = 0xf1c1;

/** Extended capabilities by id. Those that are not here are hidden. */
export const EXTENDED_RULES: Readonly<Record<number, CapabilityRule>> = {
  // Advanced Error Reporting: the root's registers do not belong to it.
  0x01: {
    length: 0x2c,
    permissions: [
      EXTENDED_HEADER,
      [0x04, 4, 0, UNCORRECTABLE],
      [0x08, 4, 0, UNCORRECTABLE],
      [0x0c, 4, 0, UNCORRECTABLE],
      [0x10, 4, 0, CORRECTABLE],
      [0x14, 4, 0, CORRECTABLE],
      [0x18, 4, 0, 0x0140],
    ],
  },
  0x02: { length: "variable" }, // virtual channels
  0x03: { length: 12 }, // device serial number
  0x04: { length: 16, permissions: [EXTENDED_HEADER, [8, 1, 0, 0xff]] }, // power budgeting: the selector
  0x08: { length: "variable" }, // multi-function virtual channels
  0x09: { length: "variable" }, // virtual channels
  0x0b: { length: "variable", rawWrites: true }, // vendor-specific
  0x0d: { length: "variable" }, // Access Control Services
  0x0e: { length: 8 }, // ARI
  0x0f: { length: 8 }, // ATS
  0x10: { length: 64 }, // SR-IOV
  0x12: { length: 40 }, // multicast
  0x13: { length: 16 }, // page requests
  0x15: { length: "variable" }, // resizable BARs
  0x16: { length: "variable" }, // dynamic power allocation
  0x17: { length: "variable" }, // TPH requester
  0x18: { length: 8 }, // latency tolerance
  0x23: { length: "variable", rawWrites: true }, // DVSEC, where the kernel shows it
};

/** The id under which kernels without it hide DVSEC. */
export const DVSEC = 0x23;
