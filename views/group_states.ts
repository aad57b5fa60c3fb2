/** IOMMU groups by what can be done with them now. */
import { isVfioDriver, leavesDma } from "../core/dma_drivers.ts";
import type { DeviceEntry, ReservedRegion } from "../core/host.ts";

/** What is known of a machine's groups. */
export interface GroupsData {
  /** All devices, as {@linkcode Host.list} gives them. */
  readonly devices: readonly DeviceEntry[];
  /** Names of devices, by address. @default what their class codes say */
  readonly names?: ReadonlyMap<string, string>;
  /** Ranges a group must leave alone, by its number. */
  readonly reserved?: ReadonlyMap<number, readonly ReservedRegion[]>;
  /** How the kernel drives a group's IOMMU, by its number: "DMA-FQ". */
  readonly types?: ReadonlyMap<number, string>;
  /** Who has a group open, by its number: "1234 (qemu)". */
  readonly holders?: ReadonlyMap<number, string>;
}

/**
 * What can be done with a group: opened ("ready"); opened once what blocks it is gone ("blocked"); nothing while somebody
 * has it open ("in-use"); used once it is bound, now the kernel has it ("kernel") or nobody ("free"). In a "no-iommu" group
 * nothing is isolated, and in one of bridges alone nothing can be opened ("bridges").
 */
export type GroupState = "ready" | "blocked" | "in-use" | "kernel" | "free" | "no-iommu" | "bridges";

/** A group and its devices. */
export interface GroupSummary {
  /** Its number; undefined for the devices without a group. */
  readonly id: number | undefined;
  /** What can be done with it. */
  readonly state: GroupState;
  /** Its devices, by address. */
  readonly devices: readonly DeviceEntry[];
  /** Those of them that keep it from being opened: their drivers do DMA for the kernel. */
  readonly blockers: readonly DeviceEntry[];
}

/** Who can tell about groups: every {@linkcode Host} can. */
export interface GroupsSource {
  /** Lists all devices. */
  list(): readonly DeviceEntry[];
  /** Lists the ranges a group must leave alone. */
  reservedRegions(group: number): readonly ReservedRegion[];
  /** Tells how the kernel drives a group's IOMMU. */
  groupType(group: number): string;
}

/** Asks for what is known of groups. @param host As a backend's `host`. @throws {VfioError} what the host throws. */
export function groupsOf(host: GroupsSource): GroupsData {
  const devices = host.list();
  const ids = new Set(devices.flatMap(({ group }) => group === undefined ? [] : [group]));
  return {
    devices,
    reserved: new Map(Array.from(ids, (id) => [id, host.reservedRegions(id)])),
    types: new Map(Array.from(ids, (id) => [id, host.groupType(id)])),
  };
}

/** Sorts devices into their groups, by number; devices without a group come last. */
export function summariseGroups(data: Pick<GroupsData, "devices" | "holders">): GroupSummary[] {
  const groups = Map.groupBy(data.devices, ({ group }) => group);
  return [...groups].map(([id, devices]) => {
    const blockers = devices.filter(({ driver }) => driver !== undefined && !leavesDma(driver));
    const holder = id === undefined ? undefined : data.holders?.get(id);
    return { id, state: stateOf(devices, blockers, holder), devices, blockers };
  }).sort((one, other) => (one.id ?? Infinity) - (other.id ?? Infinity));
}

/** Tells whether a device is a bridge: VFIO takes none, and none needs to be given to it. */
export function isBridge({ classCode }: DeviceEntry): boolean {
  return classCode >>> 8 === 0x0604;
}

function stateOf(
  devices: readonly DeviceEntry[],
  blockers: readonly DeviceEntry[],
  holder: string | undefined,
): GroupState {
  if (holder !== undefined) return "in-use";
  if (devices.some(({ group, noIommu }) => noIommu || group === undefined)) return "no-iommu";
  if (devices.every(isBridge)) return "bridges";
  const isBound = devices.some(({ driver }) => isVfioDriver(driver));
  if (isBound) return blockers.length === 0 ? "ready" : "blocked";
  return blockers.length === 0 ? "free" : "kernel";
}
