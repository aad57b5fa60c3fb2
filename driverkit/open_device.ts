/** One device, one call. */
import { AddressSpace } from "./address_space.ts";
import type { AddressSpaceOptions, OpenOptions } from "./address_space.ts";
import type { PciDevice } from "./pci_device.ts";

/** Where the device is and how it is opened. */
export interface OpenDeviceOptions extends AddressSpaceOptions, OpenOptions {}

/**
 * Opens a device in an address space of its own: container, group, IOMMU and device, in the kernel's order.
 *
 * The device owns all of it: one `using` takes everything down.
 *
 * @throws {VfioError} as {@linkcode AddressSpace.open}.
 */
export function openDevice(address: string, options: OpenDeviceOptions): PciDevice {
  using made = new DisposableStack();
  const space = made.use(new AddressSpace({ ...options, closeWithLastDevice: true }));
  const device = space.open(address, options);
  made.move();
  return device;
}
