/** What the emulated machine tells beyond its devices. */
import type {
  DeviceDetails,
  DeviceResource,
  IommuDetails,
  NodeDetails,
  SystemDetails,
} from "../../core/host_details.ts";
import type { IommuKind } from "../../iommu/iommu_unit.ts";
import { regionIndex } from "../../pci/region_names.ts";
import type { VfioGroup } from "./iommu_group.ts";
import type { Machine } from "./machine.ts";
import type { PciSlot } from "./pci_slot.ts";
import { hitBy } from "./vfio_pci/hot_reset.ts";

/** Who looks at the machine. */
export interface Viewer {
  readonly uid: number;
  readonly isRoot: boolean;
  readonly lockLimit: number;
}

/** What Linux calls the IOMMUs that there are models of. */
const IOMMUS: Readonly<Record<IommuKind, { readonly [name in "name" | "kind" | "table"]: string }>> = {
  "vt-d": { name: "dmar0", kind: "Intel VT-d", table: "DMAR" },
  "amd-vi": { name: "ivhd0", kind: "AMD-Vi", table: "IVRS" },
  virtio: { name: "viommu0", kind: "virtio-iommu", table: "VIOT" },
};

/** Tells about the machine, and what `viewer` may on it. */
export function systemOf(machine: Machine, viewer: Viewer): SystemDetails {
  const { surroundings, unit, kernel } = machine;
  const { lockLimit } = viewer;
  return {
    kernel: `${kernel}.0`,
    commandLine: surroundings.commandLine,
    modules: [...surroundings.modules].sort(),
    iommus: iommusOf(machine),
    iommuTable: machine.iommu === undefined ? undefined : IOMMUS[machine.iommu].table,
    container: surroundings.modules.has("vfio")
      ? { path: "/dev/vfio/vfio", owner: "root", mode: 0o666, accessible: true }
      : undefined,
    groups: machine.groupCount,
    interruptRemapping: unit?.isolatesInterrupts,
    unsafeInterrupts: machine.allowUnsafeInterrupts,
    user: userName(machine, viewer.uid),
    isRoot: viewer.isRoot,
    memlock: lockLimit === Infinity ? undefined : BigInt(lockLimit),
  };
}

/** Tells more about a device. */
export function detailsOf(machine: Machine, slot: PciSlot): DeviceDetails {
  const { names, uses, powerState, errors } = machine.surroundings.of(slot.address);
  const ownBus = hitBy(slot, machine.slots()).length === 1;
  return {
    names,
    uses,
    driverOverride: slot.override,
    resetMethods: [...slot.function.resetMethods, ...(ownBus ? ["bus"] : [])],
    iommu: slot.unit === undefined ? undefined : iommusOf(machine)[0]?.name,
    virtualFunctions: slot.virtualFunctions?.slots.length ?? 0,
    powerState,
    resources: resourcesOf(slot),
    errors,
  };
}

/** Firmware has placed each of them. */
function resourcesOf({ bars, function: { model: { config } } }: PciSlot): DeviceResource[] {
  const place = (index: number) => BigInt(bars.get(index) ?? 0);
  const own = Array.from(config.bars, ([index, { kind, size, prefetchable = false }]) => {
    return { index, kind, prefetchable, address: place(index), size };
  });
  if (config.rom === undefined) return own;
  const index = regionIndex("rom");
  const rom = { index, kind: "memory32", prefetchable: false, address: place(index) } as const;
  return [...own, { ...rom, size: config.rom.size }];
}

/** Tells about a group's node. */
export function nodeDetailsOf(machine: Machine, group: VfioGroup, viewer: Viewer): NodeDetails {
  const { node, owner, opener, holders } = group;
  return {
    path: node,
    owner: userName(machine, owner),
    mode: 0o600,
    accessible: viewer.isRoot || viewer.uid === owner,
    holders: holders > 0 && opener !== undefined ? [opener] : [],
  };
}

/** Finds a user: by name, or by number. @throws {TypeError} when there is none. */
export function userId(machine: Machine, owner: string): number {
  const [user = ""] = owner.split(":");
  const uid = /^\d{1,9}$/.test(user) ? Number(user) : machine.surroundings.users.get(user);
  if (uid !== undefined) return uid;
  throw new TypeError(`Cannot find the user ${JSON.stringify(user)}: this machine has none of that name`);
}

function userName(machine: Machine, uid: number): string {
  return machine.surroundings.users.entries().find(([, id]) => id === uid)?.[0] ?? `user ${uid}`;
}

function iommusOf({ iommu, unit }: Machine): readonly IommuDetails[] {
  if (iommu === undefined || unit === undefined) return [];
  const { name, kind } = IOMMUS[iommu];
  return [{ name, kind, addressWidth: unit.aperture.last.toString(2).length }];
}
