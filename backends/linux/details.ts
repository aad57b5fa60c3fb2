/** What Linux tells beyond the list of its devices. */
import type {
  DeviceDetails,
  IommuDetails,
  NodeDetails,
  NodeRights,
  SystemDetails,
} from "../../core/host_details.ts";
import { exists, fileStatus, listFolder, readText } from "../../os/files.ts";
import { isAccessible } from "../../os/own_files.ts";
import { overrideOf } from "./binding.ts";
import { groupNode, holdersOf } from "./facts.ts";
import { errorCountsOf } from "./error_counts.ts";
import { addressWidthOf, iommuKind } from "./iommu_class.ts";
import { resourcesOf } from "./resources.ts";
import { attribute, devicePath, groupNumbers, ifThere, isNoIommu, linkName } from "./sysfs.ts";
import { userName } from "./users.ts";
import { namesOf, usesOf } from "./uses.ts";

/** What VFIO is made of. */
const MODULES = ["iommufd", "vfio", "vfio_iommu_type1", "vfio_pci"];
const IOMMUS = "/sys/class/iommu";
const CONTAINER = "/dev/vfio/vfio";
/** VT-d's, AMD-Vi's, Arm's, virtio's. */
const TABLES = ["DMAR", "IVRS", "IORT", "VIOT"];
/** @see Linux, include/uapi/linux/capability.h, CAP_IPC_LOCK */
const CAP_IPC_LOCK = 14n;

/** Tells about the machine, and what this process may on it. */
export function systemOf(): SystemDetails {
  const status = readText("/proc/self/status");
  const uid = Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? NaN);
  const kernel = readText("/proc/sys/kernel/osrelease").trim();
  const iommus = (ifThere(() => listFolder(IOMMUS)) ?? []).map(iommuOf);
  return {
    kernel,
    commandLine: (ifThere(() => readText("/proc/cmdline")) ?? "").trim(),
    modules: modulesOf(kernel),
    iommus,
    iommuTable: TABLES.find((name) => exists(`/sys/firmware/acpi/tables/${name}`)),
    container: rightsOf(CONTAINER),
    groups: groupNumbers().length,
    interruptRemapping: remapsInterrupts(readText("/proc/interrupts"), iommus.length > 0),
    unsafeInterrupts: parameter("vfio_iommu_type1/parameters/allow_unsafe_interrupts") === "Y",
    user: userName(uid),
    isRoot: uid === 0,
    memlock: memlockOf(status, readText("/proc/self/limits")),
  };
}

/** Tells more about a device; undefined when there is none. */
export function detailsOf(address: string): DeviceDetails | undefined {
  const folder = devicePath(address);
  if (!exists(folder)) return undefined;
  const names = namesOf(address);
  const override = overrideOf(address);
  return {
    names: [...names.values()].flat(),
    uses: usesOf(address, names),
    driverOverride: override === "" ? undefined : override,
    resetMethods: (ifThere(() => readText(`${folder}/reset_method`)) ?? "").split(/\s+/).filter((word) =>
      word !== ""
    ),
    iommu: linkName(`${folder}/iommu`),
    virtualFunctions: attribute(address, "sriov_numvfs") ?? 0,
    powerState: ifThere(() => readText(`${folder}/power_state`))?.trim(),
    resources: resourcesOf(address),
    errors: errorCountsOf(address),
  };
}

/** Tells about a group's node; undefined when it has none. */
export function nodeDetailsOf(group: number): NodeDetails | undefined {
  const rights = rightsOf(groupNode(group, isNoIommu(group)));
  return rights === undefined ? undefined : { ...rights, holders: holdersOf(rights.path) };
}

function rightsOf(path: string): NodeRights | undefined {
  const status = ifThere(() => fileStatus(path));
  if (status === undefined) return undefined;
  return { path, owner: userName(status.owner), mode: status.mode, accessible: isAccessible(path) };
}

/** Tells whether interrupts are remapped, by the names of what controls them; undefined: it has no such names. */
export function remapsInterrupts(interrupts: string, hasIommu: boolean): boolean | undefined {
  if (/\bIR-/.test(interrupts)) return true;
  return hasIommu && /\bIO-APIC\b/.test(interrupts) ? false : undefined;
}

/** Tells how many bytes a process may lock, by /proc/self/status and /proc/self/limits; undefined: as many as it likes. */
export function memlockOf(status: string, limits: string): bigint | undefined {
  const rights = BigInt(`0x${/^CapEff:\s+([\da-f]+)$/m.exec(status)?.[1] ?? 0}`);
  const limit = /^Max locked memory\s+(\d+)/m.exec(limits)?.[1];
  return limit === undefined || (rights >> CAP_IPC_LOCK & 1n) === 1n ? undefined : BigInt(limit);
}

/** A module without parameters shows only in the kernel's list of what is built in. */
function modulesOf(kernel: string): string[] {
  const builtin = ifThere(() => readText(`/lib/modules/${kernel}/modules.builtin`)) ?? "";
  const built = new Set(
    [...builtin.matchAll(/\/([^/]+)\.ko$/gm)].map(([, name = ""]) => name.replaceAll("-", "_")),
  );
  return MODULES.filter((name) => exists(`/sys/module/${name}`) || built.has(name));
}

function iommuOf(name: string): IommuDetails {
  return {
    name,
    kind: iommuKind(name),
    addressWidth: addressWidthOf((file) => ifThere(() => readText(`${IOMMUS}/${name}/${file}`))),
  };
}

function parameter(path: string): string | undefined {
  return ifThere(() => readText(`/sys/module/${path}`))?.trim();
}
