/** HostView: the machine as an administrator's process sees it. */
import type { Binding, DeviceEntry, Host, IommuFault, ReservedRegion } from "../../core/host.ts";
import { parseAddress } from "../../pci/address.ts";
import { bind, rebind, unbind } from "./binding.ts";
import { kernelError } from "./kernel_error.ts";
import type { Machine } from "./machine.ts";
import type { PciSlot } from "./pci_slot.ts";

/** Config bytes that anybody may read. */
const PUBLIC_CONFIG = 64;

/** A process's eyes on the machine. */
export class HostView implements Host {
  readonly #machine: Machine;
  readonly #viewer: { readonly isRoot: boolean };

  /** @param viewer Who looks. */
  constructor(machine: Machine, viewer: { readonly isRoot: boolean }) {
    this.#machine = machine;
    this.#viewer = viewer;
  }

  /** Lists all devices, by address. */
  list(): DeviceEntry[] {
    return this.#machine.slots().map(entryOf);
  }

  /** Tells about one device. */
  find(address: string): DeviceEntry | undefined {
    const slot = this.#machine.slot(parseAddress(address));
    return slot === undefined ? undefined : entryOf(slot);
  }

  /** Lists the ranges a group must leave alone. */
  reservedRegions(group: number): readonly ReservedRegion[] {
    return this.#group(group).reserved;
  }

  /** Tells how the kernel drives the group's IOMMU. */
  groupType(group: number): string {
    return this.#group(group).noIommu ? "unknown" : "DMA-FQ";
  }

  /** Reads the hardware's config space. */
  readConfig(address: string, offset: number, into: Uint8Array<ArrayBuffer>): number {
    const slot = this.#slot(address, "pread");
    const size = this.#viewer.isRoot ? slot.configSize : PUBLIC_CONFIG;
    const count = Math.max(0, Math.min(into.byteLength, size - offset));
    for (let i = 0; i < count; i++) into[i] = slot.readConfig(offset + i, 8);
    return count;
  }

  /** Gives a device to a driver. */
  bind(address: string, driver: string): Binding {
    const slot = this.#slot(address, "bind");
    this.#allow(slot, "bind");
    const previous = slot.driver;
    bind(this.#machine, slot, driver);
    const back = () => rebind(this.#machine, slot, previous);
    let disposed = false;
    return {
      address: slot.address,
      driver,
      previous,
      [Symbol.dispose]: () => {
        if (disposed) return;
        disposed = true;
        back();
      },
    };
  }

  /** Takes a device from its driver. */
  unbind(address: string): void {
    const slot = this.#slot(address, "unbind");
    this.#allow(slot, "unbind");
    unbind(this.#machine, slot, "unbind");
    slot.override = undefined;
  }

  /** Lists what the IOMMU blocked. */
  faults(): readonly IommuFault[] {
    return this.#machine.faults();
  }

  /** This machine has no pci.ids. */
  pciIds(): string | undefined {
    return undefined;
  }

  #slot(address: string, operation: string): PciSlot {
    const slot = this.#machine.slot(parseAddress(address));
    if (slot !== undefined) return slot;
    throw kernelError("ENODEV", operation, address, "there is no such device");
  }

  #group(id: number) {
    const group = this.#machine.group(id);
    if (group !== undefined) return group;
    throw kernelError("ENOENT", "open", `/sys/kernel/iommu_groups/${id}`);
  }

  #allow(slot: PciSlot, operation: string): void {
    if (this.#viewer.isRoot) return;
    throw kernelError("EACCES", operation, slot.address, "binding drivers needs root");
  }
}

function entryOf(slot: PciSlot): DeviceEntry {
  const { address, group } = slot;
  return {
    address,
    vendor: slot.vendor,
    device: slot.device,
    subsystemVendor: slot.readConfig(0x2c, 16),
    subsystemDevice: slot.readConfig(0x2e, 16),
    classCode: slot.readConfig(0x08, 32) >>> 8,
    revision: slot.readConfig(0x08, 8),
    driver: slot.driver,
    group: group?.id,
    siblings: group?.devices.filter((other) => other !== address) ?? [],
    noIommu: group?.noIommu ?? false,
    numaNode: undefined,
    cdev: undefined,
  };
}
