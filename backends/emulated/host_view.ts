/** HostView: the machine as an administrator's process sees it. */
import type { Binding, DeviceEntry, Host, IommuFault, ReservedRegion } from "../../core/host.ts";
import type { DeviceDetails, LogLine, NodeDetails, SystemDetails } from "../../core/host_details.ts";
import { startPath, startText } from "../../core/start_files.ts";
import type { SettingsFile } from "../../core/start_files.ts";
import { parseAddress } from "../../pci/address.ts";
import { bind, rebind, unbind } from "./binding.ts";
import { detailsOf, nodeDetailsOf, systemOf, userId } from "./details.ts";
import type { Viewer } from "./details.ts";
import { kernelError } from "./kernel_error.ts";
import type { Machine } from "./machine.ts";
import { PCI_IDS } from "./pci_ids_data.ts";
import type { PciSlot } from "./pci_slot.ts";

/** Config bytes that anybody may read. */
const PUBLIC_CONFIG = 64;

/** A process's eyes on the machine. */
export class HostView implements Host {
  readonly #machine: Machine;
  readonly #viewer: Viewer;

  /** @param viewer Who looks. */
  constructor(machine: Machine, viewer: Viewer) {
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

  /** Tells a device's IOMMU group. */
  groupOf(address: string): number | undefined {
    return this.#machine.slot(parseAddress(address))?.group?.id;
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
    bind(this.#machine, slot, driver, "bind");
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
  unbind(address: string, to?: string): void {
    const slot = this.#slot(address, "unbind");
    this.#allow(slot, "unbind");
    if (to === undefined) unbind(this.#machine, slot, "unbind");
    else bind(this.#machine, slot, to, "unbind");
    slot.override = undefined;
  }

  /** Lists what the IOMMU blocked. */
  faults(): readonly IommuFault[] {
    return this.#machine.faults();
  }

  /** The text of this machine's pci.ids. */
  pciIds(): string | undefined {
    return PCI_IDS;
  }

  /** Tells about the machine. */
  system(): SystemDetails {
    return systemOf(this.#machine, this.#viewer);
  }

  /** Tells more about a device. */
  details(address: string): DeviceDetails | undefined {
    const slot = this.#machine.slot(parseAddress(address));
    return slot === undefined ? undefined : detailsOf(this.#machine, slot);
  }

  /** Tells about a group's node. */
  groupNode(group: number): NodeDetails | undefined {
    const vfio = this.#machine.group(group)?.vfio;
    return vfio === undefined ? undefined : nodeDetailsOf(this.#machine, vfio, this.#viewer);
  }

  /** Gives a group's node to a user. */
  chownGroup(group: number, owner: string): void {
    const uid = userId(this.#machine, owner);
    const vfio = this.#machine.group(group)?.vfio;
    if (vfio === undefined) throw kernelError("ENOENT", "chown", `/dev/vfio/${group}`);
    if (!this.#viewer.isRoot) throw kernelError("EPERM", "chown", vfio.node);
    vfio.owner = uid;
  }

  /** Reads the kernel's log, which is root's to read. */
  kernelLog(after = -1): readonly LogLine[] | undefined {
    return this.#viewer.isRoot ? this.#machine.log.after(after) : undefined;
  }

  /** Keeps in mind which driver a device had. */
  rememberDriver(address: string, driver: string | null | undefined): void {
    const slot = this.#slot(address, "bind");
    this.#allow(slot, "bind");
    const { remembered } = this.#machine.surroundings;
    if (driver === undefined) remembered.delete(slot.address);
    else remembered.set(slot.address, driver);
  }

  /** Tells which driver a device had. */
  rememberedDriver(address: string): string | null | undefined {
    const { remembered } = this.#machine.surroundings;
    return this.#viewer.isRoot ? remembered.get(parseAddress(address)) : undefined;
  }

  /** Tells which file gives a device to a driver at each start: this machine has udev. */
  startFile(address: string, driver: string): SettingsFile {
    const slot = this.#slot(address, "bind");
    return { path: startPath("udev", slot.address), text: startText("udev", slot, driver) };
  }

  /** Lists the files that do so now. */
  startFiles(address: string): readonly SettingsFile[] {
    return [this.#machine.surroundings.startFiles.get(parseAddress(address)) ?? []].flat();
  }

  /** Gives a device to a driver at each start. */
  giveAtStart(address: string, driver: string | undefined): void {
    const slot = this.#slot(address, "bind");
    this.#allow(slot, "bind");
    const { startFiles } = this.#machine.surroundings;
    if (driver === undefined) startFiles.delete(slot.address);
    else startFiles.set(slot.address, this.startFile(address, driver));
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
    throw kernelError("EACCES", operation, slot.address, "it needs root");
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
