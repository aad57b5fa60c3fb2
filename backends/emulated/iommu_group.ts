/** IommuGroupState: devices that only together can be isolated, and the VFIO group that stands for them. */
import { leavesDma } from "../../core/dma_drivers.ts";
import type { ReservedRegion } from "../../core/host.ts";
import type { Holder } from "../../core/host_details.ts";
import type { IommuGroup } from "../../iommu/iommu_plugin.ts";
import type { IommuUnit } from "../../iommu/iommu_unit.ts";
import type { ContainerState } from "./container_state.ts";
import type { PciSlot } from "./pci_slot.ts";

/** An IOMMU group. */
export class IommuGroupState implements IommuGroup {
  readonly id: number;
  readonly unit: IommuUnit | undefined;
  readonly slots: Set<PciSlot> = new Set();
  /** What /dev/vfio/N stands for, while one of the devices is vfio-pci's. */
  vfio: VfioGroup | undefined;
  readonly #reserved: readonly ReservedRegion[];

  /** Makes a group without devices. @param unit The IOMMU in front of it; undefined: VFIO made the group up. */
  constructor(id: number, unit: IommuUnit | undefined, reserved: readonly ReservedRegion[]) {
    this.id = id;
    this.unit = unit;
    this.#reserved = reserved;
  }

  /** There is no IOMMU before it. */
  get noIommu(): boolean {
    return this.unit === undefined;
  }

  /** Addresses of its devices. */
  get devices(): readonly string[] {
    return Array.from(this.slots, (slot) => slot.address);
  }

  /** What its IOMMU reserves and what its devices do, the lowest first. */
  get reserved(): readonly ReservedRegion[] {
    const all = [...this.#reserved, ...[...this.slots].flatMap((slot) => slot.reserved)];
    return all.sort((a, b) => a.start < b.start ? -1 : a.start > b.start ? 1 : 0);
  }

  /** Devices whose driver does DMA for the kernel. */
  get blockers(): readonly PciSlot[] {
    return [...this.slots].filter((slot) => slot.driver !== undefined && !leavesDma(slot.driver));
  }

  /** Whether a driver may take one of its devices now. */
  admits(driver: string): boolean {
    return leavesDma(driver) || this.vfio?.container === undefined;
  }
}

/** The VFIO side of a group: from its first device on vfio-pci to the last. @see Linux, drivers/vfio/group.c */
export class VfioGroup {
  readonly group: IommuGroupState;
  /** Uid that owns the node; its mode is 0600. */
  owner = 0;
  /** Holders of the open file: the group's descriptor, device files. 0: nobody. */
  holders = 0;
  /** Its last device has left vfio-pci. */
  dead = false;
  container: ContainerState | undefined;
  /** The process that opened the file last. */
  opener: Holder | undefined;
  /** Open device files. */
  openDevices = 0;

  /** Makes the node. */
  constructor(group: IommuGroupState) {
    this.group = group;
  }

  /** Path of its node. */
  get node(): string {
    return nodeOf(this.group.id, this.group.noIommu);
  }

  /** Holds the open file. */
  acquire(): void {
    this.holders++;
  }

  /** Lets go; the last holder closes the file, and that detaches the group. */
  release(): void {
    this.holders--;
    if (this.holders === 0) this.detach();
  }

  /** Leaves its container. */
  detach(): void {
    const container = this.container;
    this.container = undefined;
    container?.remove(this);
  }
}

/** Path of a group's node. */
export function nodeOf(id: number, noIommu: boolean): string {
  return noIommu ? `/dev/vfio/noiommu-${id}` : `/dev/vfio/${id}`;
}
