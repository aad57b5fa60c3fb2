/** Passive devices in the shape of QEMU's: equal config spaces, so that what holds for the one holds for the other. */
import { errorReporting, express, msi, msix, powerManagement, serialNumber } from "../capabilities.ts";
import { ConfigSpace } from "../config_space.ts";
import { PassiveDevice } from "./passive_device.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
/** QEMU's own vendor id of devices without another, and its subsystem. */
const QEMU_SUBSYSTEM = { subsystemVendor: 0x1af4, subsystemDevice: 0x1100 } as const;
/** An endpoint that is part of the root complex: what a PCI Express device on the root bus is. */
const INTEGRATED = 9;

/** Where a device sits. */
export interface ShapeOptions {
  /** Behind a root port: then it is an ordinary endpoint with a link. @default false */
  readonly behindPort?: boolean;
}

/** QEMU's nvme: a 64-bit BAR with an MSI-X table of 65 vectors, PCI Express with FLR, power management. */
export function passiveNvme(options: ShapeOptions = {}): PassiveDevice {
  const config = new ConfigSpace({
    vendor: 0x1b36,
    device: 0x0010,
    classCode: 0x010802,
    revision: 2,
    interruptPin: 1,
    gaps: "memory",
    ...QEMU_SUBSYSTEM,
  })
    .bar(0, { kind: "memory64", size: 16 * KIB })
    .capability(msix({ vectors: 65, bar: 0, table: 0x2000, pba: 0x3000, at: 0x40 }))
    .capability(
      express({ type: options.behindPort ? 0 : INTEGRATED, flr: true, errorReporting: false, at: 0x80 }),
    )
    .capability(powerManagement({ at: 0x60 }));
  return new PassiveDevice(config);
}

/** QEMU's e1000e: four BARs, one of I/O ports, a ROM, MSI and MSI-X, PCI Express without FLR but with a reset by power. */
export function passiveE1000e(options: ShapeOptions = {}): PassiveDevice {
  const config = new ConfigSpace({
    vendor: 0x8086,
    device: 0x10d3,
    classCode: 0x020000,
    interruptPin: 1,
    subsystemVendor: 0x8086,
    gaps: "memory",
  })
    .bar(0, { kind: "memory32", size: 128 * KIB })
    .bar(1, { kind: "memory32", size: 128 * KIB })
    .bar(2, { kind: "io", size: 32 })
    .bar(3, { kind: "memory32", size: 16 * KIB })
    .expansionRom({ size: 256 * KIB, image: romImage(64 * KIB) })
    .capability(powerManagement({ noSoftReset: false, capabilities: 0x22, writable: 0x1f03, at: 0xc8 }))
    .capability(msi({ vectors: 1, at: 0xd0 }))
    .capability(
      express({ type: options.behindPort ? 0 : INTEGRATED, version: 1, errorReporting: false, at: 0xe0 }),
    )
    .capability(msix({ vectors: 5, bar: 3, table: 0, pba: 0x2000, at: 0xa0 }))
    .extendedCapability(errorReporting({ maskable: false, at: 0x100 }))
    .extendedCapability(serialNumber(0x5254_00ff_ff12_3456n, { at: 0x140 }));
  return new PassiveDevice(config);
}

/** QEMU's ivshmem-plain: a BAR of 256 bytes, less than a page, one of shared memory, and no capability at all. */
export function passiveIvshmem(): PassiveDevice {
  const config = new ConfigSpace({
    vendor: 0x1af4,
    device: 0x1110,
    classCode: 0x050000,
    revision: 1,
    gaps: "memory",
    ...QEMU_SUBSYSTEM,
  })
    .bar(0, { kind: "memory32", size: 256 })
    .bar(2, { kind: "memory64", size: MIB, prefetchable: true });
  return new PassiveDevice(config);
}

/** QEMU's standard VGA: its legacy ranges are a region of their own. */
export function passiveVga(): PassiveDevice {
  const config = new ConfigSpace({
    vendor: 0x1234,
    device: 0x1111,
    classCode: 0x030000,
    revision: 2,
    gaps: "memory",
    ...QEMU_SUBSYSTEM,
  })
    .bar(0, { kind: "memory32", size: 16 * MIB, prefetchable: true })
    .bar(2, { kind: "memory32", size: 4 * KIB });
  return new PassiveDevice(config, 768 * KIB);
}

/** A PCI Express root port, for the kernel's pcieport: vfio-pci does not take bridges. */
export function passiveRootPort(): PassiveDevice {
  const config = new ConfigSpace({
    vendor: 0x1b36,
    device: 0x000c,
    classCode: 0x060400,
    headerType: 1,
    interruptPin: 1,
    gaps: "memory",
  })
    .bar(0, { kind: "memory32", size: 4 * KIB })
    .capability(express({ type: 4, at: 0x54 }));
  return new PassiveDevice(config);
}

/** An image that the kernel accepts: a header, the structure it points to, and nothing else. */
function romImage(size: number): Uint8Array {
  const image = new Uint8Array(size);
  const view = new DataView(image.buffer);
  view.setUint16(0, 0xaa55, true);
  view.setUint16(0x18, 0x1c, true);
  image.set([0x50, 0x43, 0x49, 0x52], 0x1c); // "PCIR"
  view.setUint16(0x1c + 0x10, size / 512, true);
  image[0x1c + 0x15] = 0x80;
  return image;
}
