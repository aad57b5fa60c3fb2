/** What /sys tells about PCI devices and IOMMU groups. */
import type { DeviceEntry, ReservedRegion } from "../../core/host.ts";
import { exists, listFolder, readLink, readText } from "../../os/files.ts";
import { hasCode } from "../../os/system_error.ts";

const DEVICES = "/sys/bus/pci/devices";
const GROUPS = "/sys/kernel/iommu_groups";

/** Where a device's attributes stand; `address` comes from the parser. */
export function devicePath(address: string): string {
  return `${DEVICES}/${address}`;
}

/** Where a group's attributes stand. */
export function groupPath(group: number): string {
  return `${GROUPS}/${group}`;
}

/** Does what looks at a file; undefined when the file is not there, or goes away meanwhile. */
export function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENODEV", "ENOTDIR", "EINVAL")) return undefined;
    throw error;
  }
}

/** Lists the addresses of all PCI devices, sorted. */
export function addresses(): string[] {
  return ifThere(() => listFolder(DEVICES)) ?? [];
}

/** The driver that has a device. */
export function driverOf(address: string): string | undefined {
  return linkName(`${devicePath(address)}/driver`);
}

/** The IOMMU group of a device. */
export function groupOf(address: string): number | undefined {
  const name = linkName(`${devicePath(address)}/iommu_group`);
  return name === undefined ? undefined : Number(name);
}

/** The numbers of all groups. */
export function groupNumbers(): number[] {
  return (ifThere(() => listFolder(GROUPS)) ?? []).map(Number);
}

/** The devices of a group, by address. */
export function membersOf(group: number): string[] {
  return ifThere(() => listFolder(`${groupPath(group)}/devices`)) ?? [];
}

/** Whether a device is a virtual function: it has no Memory Space bit of its own. */
export function isVirtualFunction(address: string): boolean {
  return exists(`${devicePath(address)}/physfn`);
}

/** Whether a device is a bridge to another bus. */
export function isBridge(address: string): boolean {
  return (attribute(address, "class") ?? 0) >>> 8 === 0x0604;
}

/** Whether a group is a made-up one: there is no IOMMU. */
export function isNoIommu(group: number): boolean {
  return ifThere(() => readText(`${groupPath(group)}/name`))?.trim() === "vfio-noiommu";
}

/** A device's own node, where the kernel has such: the folder alone does not say so. */
export function cdevOf(address: string): string | undefined {
  const [name] = ifThere(() => listFolder(`${devicePath(address)}/vfio-dev`)) ?? [];
  const node = `/dev/vfio/devices/${name}`;
  return name !== undefined && exists(node) ? node : undefined;
}

/** Tells about a device; undefined when there is none at that address. */
export function entryOf(address: string): DeviceEntry | undefined {
  const vendor = attribute(address, "vendor");
  if (vendor === undefined) return undefined;
  const group = groupOf(address);
  const numaNode = attribute(address, "numa_node") ?? -1;
  return {
    address,
    vendor,
    device: attribute(address, "device") ?? 0,
    subsystemVendor: attribute(address, "subsystem_vendor") ?? 0,
    subsystemDevice: attribute(address, "subsystem_device") ?? 0,
    classCode: attribute(address, "class") ?? 0,
    revision: attribute(address, "revision") ?? 0,
    driver: driverOf(address),
    group,
    siblings: group === undefined ? [] : membersOf(group).filter((other) => other !== address),
    noIommu: group !== undefined && isNoIommu(group),
    numaNode: numaNode < 0 ? undefined : numaNode,
    cdev: cdevOf(address),
  };
}

/** Tells the ranges that a group must leave alone. */
export function reservedRegions(group: number): ReservedRegion[] {
  return parseReservedRegions(readText(`${groupPath(group)}/reserved_regions`));
}

/** Reads lines of "0xstart 0xlast type". */
export function parseReservedRegions(text: string): ReservedRegion[] {
  return text.split("\n").flatMap((line) => {
    const [start, last, type] = line.split(" ");
    if (start === undefined || last === undefined || type === undefined) return [];
    return [{ start: BigInt(start), last: BigInt(last), type }];
  });
}

/** A number among a device's attributes. */
export function attribute(address: string, name: string): number | undefined {
  const text = ifThere(() => readText(`${devicePath(address)}/${name}`));
  return text === undefined ? undefined : Number(text);
}

/** The last name in what a link points to. */
export function linkName(path: string): string | undefined {
  return ifThere(() => readLink(path))?.split("/").at(-1);
}
