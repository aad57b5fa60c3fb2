/**
 * User-space PCI drivers: opens a device through Linux VFIO, or an emulation of it, and gives a program its registers,
 * DMA memory behind an IOMMU, and interrupts.
 *
 * @example Drive QEMU's edu device on an emulated host
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice, registers } from "@vfio/vfio";
 * import { EDU, EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 *
 * const backend = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
 * using edu = openDevice("0000:00:04.0", { backend });
 * const regs = registers(edu.region("bar0"), EDU);
 * assertEquals(regs.id.read().major, 1);
 * ```
 *
 * On hardware only `{ backend }` goes away: the default is Linux, opened at the first use, and needs `--allow-ffi`.
 *
 * @module
 */
import { AddressSpace as AnyAddressSpace } from "./driverkit/address_space.ts";
import type { AddressSpaceOptions as AnyAddressSpaceOptions } from "./driverkit/address_space.ts";
import { openDevice as openAnyDevice } from "./driverkit/open_device.ts";
import type { OpenDeviceOptions as AnyOpenDeviceOptions } from "./driverkit/open_device.ts";
import type { PciDevice } from "./driverkit/pci_device.ts";
import type { Backend } from "./core/backend.ts";
import { linux } from "./backends/linux/mod.ts";

export * from "./core/mod.ts";
export { AddressSpace as BackendAddressSpace } from "./driverkit/mod.ts";
export {
  CommandRing,
  CONFIG_HEADER,
  DescriptorRing,
  DmaBuffer,
  DmaMapping,
  fence,
  Interrupts,
  PciDevice,
  PhaseRing,
  REGION_NAMES,
  scatterList,
  until,
  untilAsync,
  Vector,
  wordsOf,
} from "./driverkit/mod.ts";
export type {
  AddressSpaceOptions as BackendAddressSpaceOptions,
  AllocateOptions,
  DeadlineOptions,
  DescriptorRingOptions,
  DmaContext,
  DmaOptions,
  Falsy,
  GivenObjects,
  InterruptOptions,
  OpenDeviceOptions as BackendOpenDeviceOptions,
  OpenOptions,
  PhaseRingOptions,
  RegionName,
  ScatterEntry,
  UntilAsyncOptions,
  UntilOptions,
} from "./driverkit/mod.ts";

/** What an address space is made of; the backend is Linux when none is given. */
export interface AddressSpaceOptions extends Omit<AnyAddressSpaceOptions, "backend"> {
  /** Where devices are. @default Linux */
  readonly backend?: Backend;
}

/** Where a device is and how it is opened; the backend is Linux when none is given. */
export interface OpenDeviceOptions extends Omit<AnyOpenDeviceOptions, "backend"> {
  /** Where the device is. @default Linux */
  readonly backend?: Backend;
}

/** An address space for DMA that several devices share; on Linux when no backend is given. */
export class AddressSpace extends AnyAddressSpace {
  /** Makes a space; opens nothing yet. */
  constructor(options: AddressSpaceOptions = {}) {
    super({ ...options, backend: options.backend ?? linux() });
  }
}

/**
 * Opens a device in an address space of its own: container, group, IOMMU and device, in the kernel's order.
 *
 * The device owns all of it: one `using` takes everything down. What fails leaves nothing open.
 *
 * @param address "0000:00:04.0".
 * @throws {VfioError} `ENODEV` when there is no such device, it has no IOMMU group, or is not bound to vfio-pci;
 * `ENOENT` when its group has no node; `EACCES` without the right to the node; `EBUSY` while the group is open
 * elsewhere; `EPERM` when the group is not viable. `error.explain()` says what helps.
 */
export function openDevice(address: string, options: OpenDeviceOptions = {}): PciDevice {
  return openAnyDevice(address, { ...options, backend: options.backend ?? linux() });
}
