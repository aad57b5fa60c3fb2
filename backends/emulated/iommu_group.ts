/** IommuGroupState: devices that only together can be isolated, and the VFIO group that stands for them. */
import type { ReservedRegion } from "../../core/host.ts";
import type { IommuGroup, IommuUnit } from "../../iommu/iommu_plugin.ts";
import type { ContainerState } from "./container_state.ts";
import type { PciSlot } from "./pci_slot.ts";

/** Drivers that do no DMA of their own, or leave it to whoever owns the group. @see Linux, `driver_managed_dma` */
const HARMLESS: ReadonlySet<string> = new Set(["vfio-pci", "pci-stub", "pcieport"]);

/** An IOMMU group. */
export class IommuGroupState implements IommuGroup {
  readonly id: number;
  readonly unit: IommuUnit;
  readonly reserved: readonly ReservedRegion[];
  readonly noIommu = false;
  readonly slots: Set<PciSlot> = new Set();
  /** What /dev/vfio/N stands for, while one of the devices is vfio-pci's. */
  vfio: VfioGroup | undefined;

  /** Makes a group without devices. */
  constructor(id: number, unit: IommuUnit, reserved: readonly ReservedRegion[]) {
    this.id = id;
    this.unit = unit;
    this.reserved = reserved;
  }

  /** Addresses of its devices. */
  get devices(): readonly string[] {
    return Array.from(this.slots, (slot) => slot.address);
  }

  /** Devices whose driver does DMA for the kernel. */
  get blockers(): readonly PciSlot[] {
    return [...this.slots].filter((slot) => slot.driver !== undefined && !HARMLESS.has(slot.driver));
  }

  /** Whether a driver may take one of its devices now. */
  admits(driver: string): boolean {
    return HARMLESS.has(driver) || this.vfio?.container === undefined;
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
  /** Open device files. */
  openDevices = 0;

  /** Makes the node. */
  constructor(group: IommuGroupState) {
    this.group = group;
  }

  /** Path of its node. */
  get node(): string {
    return `/dev/vfio/${this.group.id}`;
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
