/** What the machine does with a device: the names that the kernel gives it, and what lies on them. */
import type { DeviceUse } from "../../core/host_details.ts";
import { exists, listFolder, readLink, readText } from "../../os/files.ts";
import { parseMounts, parseRoutes, parseRoutes6, parseSwaps } from "./mounts.ts";
import type { Mount, Route } from "./mounts.ts";
import { devicePath, ifThere } from "./sysfs.ts";

/** Kinds of things that people know by the names of them. */
const CLASSES = ["net", "nvme", "block", "drm", "infiniband", "scsi_host", "tty", "sound", "input"];
const SUBSYSTEMS = "/sys/class/nvme-subsystem";
/** The PCI functions that a path in /sys/devices leads through. */
const FUNCTIONS = /\/([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?=\/)/g;
/** Volumes of volumes of volumes; links that go in a circle end. */
const DEPTH = 8;

/** What hangs on a device: names by class. */
export type NamesByClass = ReadonlyMap<string, readonly string[]>;

/** Finds what the kernel calls a device, by class. */
export function namesOf(address: string): NamesByClass {
  const names = CLASSES.map((name): [string, string[]] => [
    name,
    // A bridge's path leads to what is behind it as well: the last function is the device itself.
    membersOf(name, (target) => [...target.matchAll(FUNCTIONS)].at(-1)?.[1] === address),
  ]);
  const disks = names.find(([name]) => name === "block")?.[1];
  disks?.push(...sharedDisks(names.find(([name]) => name === "nvme")?.[1] ?? []));
  return new Map(names.filter(([, members]) => members.length > 0));
}

function membersOf(className: string, isOurs: (target: string) => boolean): string[] {
  const folder = `/sys/class/${className}`;
  return (ifThere(() => listFolder(folder)) ?? []).filter((name) =>
    isOurs(ifThere(() => readLink(`${folder}/${name}`)) ?? "")
  );
}

/**
 * Disks that several controllers may lead to (NVMe multipath): they belong to a subsystem, below no controller.
 *
 * @param controllers A device's, as "nvme0".
 */
function sharedDisks(controllers: readonly string[]): string[] {
  const subsystems = (ifThere(() => listFolder(SUBSYSTEMS)) ?? []).filter((subsystem) =>
    controllers.some((name) => exists(`${SUBSYSTEMS}/${subsystem}/${name}`))
  );
  return membersOf(
    "block",
    (target) => subsystems.some((name) => target.includes(`/nvme-subsystem/${name}/`)),
  );
}

/** Finds what the machine does with a device. */
export function usesOf(address: string, names: NamesByClass): DeviceUse[] {
  const console = ifThere(() => readText(`${devicePath(address)}/boot_vga`))?.trim() === "1";
  const [blocks, networks] = [names.get("block") ?? [], names.get("net") ?? []];
  const storage = blocks.length === 0 ? undefined : readStorage();
  const routes = networks.length === 0 ? [] : readRoutes();
  return [
    ...(storage === undefined ? [] : blocks.flatMap((name) => blockUses(name, name, storage, DEPTH))),
    ...networks.flatMap((name) => networkUses(name, routes)),
    ...(console
      ? [{ kind: "console", name: names.get("drm")?.[0] ?? "vga", place: "console" } as const]
      : []),
  ];
}

/** What lies on all block devices, read once for those of a card. */
interface Storage {
  readonly mounts: readonly Mount[];
  /** Files that are swapped to. */
  readonly swaps: readonly string[];
}

function readStorage(): Storage {
  return { mounts: parseMounts(text("/proc/self/mountinfo")), swaps: parseSwaps(text("/proc/swaps")) };
}

function readRoutes(): Route[] {
  return [...parseRoutes(text("/proc/net/route")), ...parseRoutes6(text("/proc/net/ipv6_route"))];
}

/** @param name The block device. @param root The one of the card's below it. */
function blockUses(name: string, root: string, storage: Storage, depth: number): DeviceUse[] {
  const folder = `/sys/class/block/${name}`;
  const number = ifThere(() => readText(`${folder}/dev`))?.trim();
  const mapped = ifThere(() => readText(`${folder}/dm/name`))?.trim();
  const files = [`/dev/${name}`, ...(mapped === undefined ? [] : [`/dev/mapper/${mapped}`])];
  const mounts = storage.mounts
    .filter(({ device, source }) => device === number || files.includes(source))
    .map(({ place }): DeviceUse => ({ kind: "mount", name: root, place }));
  const swaps = storage.swaps.filter((file) => files.includes(file))
    .map((file): DeviceUse => ({ kind: "swap", name: root, place: file }));
  const holders = depth === 0 ? [] : ifThere(() => listFolder(`${folder}/holders`)) ?? [];
  const above = holders.flatMap((holder): DeviceUse[] => {
    const uses = blockUses(holder, root, storage, depth - 1);
    return uses.length > 0 ? uses : [{ kind: "volume", name: root, place: holder }];
  });
  return unique([...mounts, ...swaps, ...above]);
}

function networkUses(name: string, all: readonly Route[]): DeviceUse[] {
  const master = ifThere(() => readLink(`/sys/class/net/${name}/master`))?.split("/").at(-1);
  const routes = all
    .filter((route) => route.interface === name || route.interface === master)
    .map(({ destination }): DeviceUse => ({ kind: "route", name, place: destination }));
  return unique([
    ...routes,
    ...(master === undefined ? [] : [{ kind: "network", name, place: master } as const]),
  ]);
}

function unique(uses: readonly DeviceUse[]): DeviceUse[] {
  return [...new Map(uses.map((use) => [`${use.kind} ${use.name} ${use.place}`, use])).values()];
}

function text(path: string): string {
  return exists(path) ? ifThere(() => readText(path)) ?? "" : "";
}
