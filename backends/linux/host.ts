/** LinuxHost: the machine, as /sys shows it. */
import { byteLengthOf, checkRegionOffset, checkU32 } from "../../core/checks.ts";
import { VfioError } from "../../core/errors.ts";
import type { DeviceDetails, LogLine, NodeDetails, SystemDetails } from "../../core/host_details.ts";
import type { Binding, DeviceEntry, Host, IommuFault, ReservedRegion } from "../../core/host.ts";
import { readPart, readText } from "../../os/files.ts";
import { giveFile } from "../../os/own_files.ts";
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
  groupPath,
  ifThere,
  isNoIommu,
  membersOf,
  reservedRegions,
} from "./sysfs.ts";
import { parseOwner } from "./users.ts";

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
  unbind(address: string): void {
    unbind(parseAddress(address));
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
    for (const node of [groupNode(id, isNoIommu(id)), ...nodes]) giveFile(node, user, userGroup);
  }

  /** Reads the kernel's log. */
  kernelLog(after = -1): readonly LogLine[] | undefined {
    return kernelLog(after);
  }

  /** Keeps in mind which driver a device had. */
  rememberDriver(address: string, driver: string | null | undefined): void {
    const name = parseAddress(address);
    if (driver === undefined) forgetDriver(name);
    else rememberDriver(name, driver === null ? null : parseDriverName(driver));
  }

  /** Tells which driver a device had. */
  rememberedDriver(address: string): string | null | undefined {
    return rememberedDriver(parseAddress(address));
  }
}
