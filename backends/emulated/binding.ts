/** Drivers taking devices and giving them back, as sysfs has it done. */
import type { Machine } from "./machine.ts";
import type { PciSlot } from "./pci_slot.ts";
import { VfioGroup } from "./iommu_group.ts";
import { kernelError } from "./kernel_error.ts";
import { VfioPciDevice } from "./vfio_pci/vfio_pci_device.ts";

/** vfio-pci's name. */
export const VFIO_PCI = "vfio-pci";

/** A driver takes a device. @returns The errno when it does not. */
export function probe(machine: Machine, slot: PciSlot, driver: string): "EINVAL" | "EBUSY" | undefined {
  if (slot.group?.admits(driver) === false) return "EBUSY";
  if (driver !== VFIO_PCI) {
    slot.driver = driver;
    return undefined;
  }
  // vfio-pci takes devices only, no bridges.
  if (slot.isBridge) return "EINVAL";
  if (slot.group === undefined) {
    if (!machine.noIommuMode) return "EINVAL";
    machine.join(slot, machine.makeUpGroup());
  }
  slot.driver = driver;
  slot.vfio = new VfioPciDevice(slot, machine);
  if (slot.group !== undefined) slot.group.vfio ??= new VfioGroup(slot.group);
  return undefined;
}

/** A driver gives a device back; vfio-pci must have it closed. The last device of a group takes the node along. */
export function leave(machine: Machine, slot: PciSlot): void {
  slot.virtualFunctions?.disable();
  slot.driver = undefined;
  slot.vfio = undefined;
  const { group } = slot;
  if (group?.vfio === undefined || [...group.slots].some((other) => other.vfio !== undefined)) return;
  group.vfio.dead = true;
  group.vfio.detach();
  group.vfio = undefined;
  if (group.noIommu) machine.join(slot, undefined);
}

/** Takes a device from its driver at once. @throws {VfioError} `EBUSY` while it is open: the kernel would wait. */
export function unbind(machine: Machine, slot: PciSlot, operation: string): void {
  const isOpen = (slot.vfio?.holders ?? 0) > 0 || slot.virtualFunctions?.isOpen === true;
  if (isOpen) {
    throw kernelError("EBUSY", operation, slot.address, "it is open", () => ({ opened: slot.address }));
  }
  if (slot.driver !== undefined) leave(machine, slot);
}

/** Gives a device to a driver; a failure puts the old driver back. */
export function bind(machine: Machine, slot: PciSlot, driver: string, operation: "bind" | "unbind"): void {
  if (!machine.drivers.has(driver)) {
    throw kernelError("ENOENT", operation, slot.address, `there is no driver ${driver}`, () => ({ driver }));
  }
  if (slot.driver === driver) return;
  const previous = slot.driver;
  unbind(machine, slot, operation);
  if (probe(machine, slot, driver) === undefined) {
    slot.override = driver;
    return;
  }
  machine.log.write(`${driver} ${slot.address}: probe with driver ${driver} failed with error -22`);
  rebind(machine, slot, previous);
  const facts = () => ({
    driver,
    address: slot.address,
    ...(slot.group === undefined ? { noGroup: "yes" } : {}),
    ...(slot.isBridge ? { bridge: "yes" } : {}),
  });
  throw kernelError("ENODEV", operation, slot.address, `the driver ${driver} did not take it`, facts);
}

/** Puts a device back to the driver that had it. */
export function rebind(machine: Machine, slot: PciSlot, previous: string | undefined): void {
  unbind(machine, slot, "bind");
  slot.override = undefined;
  if (previous !== undefined) probe(machine, slot, previous);
}
