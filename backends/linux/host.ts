/** LinuxHost: the machine, as /sys shows it. */
import { byteLengthOf, checkRegionOffset, checkU32 } from "../../core/checks.ts";
import { VfioError } from "../../core/errors.ts";
import type { DeviceDetails, LogLine, NodeDetails, SystemDetails } from "../../core/host_details.ts";
import type { Binding, DeviceEntry, Host, IommuFault, ReservedRegion } from "../../core/host.ts";
import type { SettingsFile } from "../../core/start_files.ts";
import { readPart, readText } from "../../os/files.ts";
import { giveFile, setMode } from "../../os/own_files.ts";
import { hasCode } from "../../os/system_error.ts";
import { parseAddress } from "../../pci/address.ts";
import { bind, unbind } from "./binding.ts";
import { detailsOf, nodeDetailsOf, systemOf } from "./details.ts";
import { forgetDriver, rememberDriver, rememberedDriver } from "./driver_memory.ts";
import { parseDriverName } from "./driver_name.ts";
import { groupNode } from "./facts.ts";
import { kernelLog } from "./kernel_log.ts";
import {
  addresses,
  cdevOf,
  devicePath,
  entryOf,
  groupOf,
  groupPath,
  ifThere,
  isNoIommu,
  membersOf,
  reservedRegions,
} from "./sysfs.ts";
import { removeStartFiles, startFile, startFiles, writeStartFile } from "./start_files.ts";
import { parseOwner } from "./users.ts";

/** A node is its owner's, or its group's as well. */
const OWN = 0o600;
const SHARED = 0o660;
/** Where distributions put pci.ids. */
const PCI_IDS = [
  "/usr/share/misc/pci.ids",
  "/usr/share/hwdata/pci.ids",
  "/usr/share/pci.ids",
  "/var/lib/pciutils/pci.ids",
];

/** The machine as an administrator sees it. */
export class LinuxHost implements Host {
  /** Lists all PCI devices, by address. */
  list(): DeviceEntry[] {
    // One that is unplugged meanwhile is not there.
    return addresses().flatMap((address) => entryOf(address) ?? []);
  }

  /** Tells about one device. */
  find(address: string): DeviceEntry | undefined {
    return entryOf(parseAddress(address));
  }

  /** Tells a device's IOMMU group. */
  groupOf(address: string): number | undefined {
    return groupOf(parseAddress(address));
  }

  /** Lists the ranges a group must leave alone. */
  reservedRegions(group: number): readonly ReservedRegion[] {
    return reservedRegions(checkU32("group", group));
  }

  /** Tells how the kernel drives the group's IOMMU. */
  groupType(group: number): string {
    return readText(`${groupPath(checkU32("group", group))}/type`).trim();
  }

  /** Reads the hardware's config space. */
  readConfig(address: string, offset: number, into: Uint8Array<ArrayBuffer>): number {
    const name = parseAddress(address);
    checkRegionOffset(offset);
    const size = byteLengthOf("into", into);
    try {
      return readPart(`${devicePath(name)}/config`, offset, into, size);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
      throw new VfioError({
        code: "ENODEV",
        operation: "pread",
        subject: name,
        detail: "there is no such device",
      });
    }
  }

  /** Gives a device to a driver. */
  bind(address: string, driver: string): Binding {
    return bind(parseAddress(address), parseDriverName(driver));
  }

  /** Takes a device from its driver. */
  unbind(address: string, to?: string): void {
    unbind(parseAddress(address), to === undefined ? undefined : parseDriverName(to));
  }

  /** Undefined: the kernel tells faults to its log only, which is not ours to read. */
  faults(): readonly IommuFault[] | undefined {
    return undefined;
  }

  /** The text of the system's pci.ids. */
  pciIds(): string | undefined {
    for (const path of PCI_IDS) {
      const text = ifThere(() => readText(path));
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** Tells about the machine. */
  system(): SystemDetails {
    return systemOf();
  }

  /** Tells more about a device. */
  details(address: string): DeviceDetails | undefined {
    return detailsOf(parseAddress(address));
  }

  /** Tells about a group's node. */
  groupNode(group: number): NodeDetails | undefined {
    return nodeDetailsOf(checkU32("group", group));
  }

  /** Gives a group's node to a user, and the nodes of its devices where there are some. */
  chownGroup(group: number, owner: string): void {
    const id = checkU32("group", group);
    const { user, group: userGroup } = parseOwner(owner);
    const nodes = membersOf(id).map(cdevOf).filter((node) => node !== undefined);
    for (const node of [groupNode(id, isNoIommu(id)), ...nodes]) {
      giveFile(node, user, userGroup);
      setMode(node, userGroup === undefined ? OWN : SHARED);
    }
  }

  /** Reads the kernel's log. */
  kernelLog(after = -1): readonly LogLine[] | undefined {
    return kernelLog(after);
  }

  /** Keeps in mind which driver a device had. */
  rememberDriver(address: string, driver: string | null | undefined): void {
    const name = parseAddress(address);
    try {
      if (driver === undefined) forgetDriver(name);
      else rememberDriver(name, driver === null ? null : parseDriverName(driver));
    } catch (error) {
      if (!(error instanceof VfioError)) throw error;
      const { code, subject } = error;
      throw new VfioError({ code, operation: "bind", subject: name, detail: subject, cause: error });
    }
  }

  /** Tells which file gives a device to a driver at each start. */
  startFile(address: string, driver: string): SettingsFile {
    return startFile(deviceAt(address), parseDriverName(driver));
  }

  /** Lists the files that do so now. */
  startFiles(address: string): readonly SettingsFile[] {
    return startFiles(parseAddress(address));
  }

  /** Gives a device to a driver at each start. */
  giveAtStart(address: string, driver: string | undefined): void {
    if (driver === undefined) removeStartFiles(parseAddress(address));
    else writeStartFile(deviceAt(address), parseDriverName(driver));
  }

  /** Tells which driver a device had. */
  rememberedDriver(address: string): string | null | undefined {
    return rememberedDriver(parseAddress(address));
  }
}

function deviceAt(address: string): DeviceEntry {
  const name = parseAddress(address);
  const device = entryOf(name);
  if (device !== undefined) return device;
  throw new VfioError({
    code: "ENODEV",
    operation: "bind",
    subject: name,
    detail: "there is no such device",
  });
}
