/** LinuxHost: the machine, as /sys shows it. */
import { byteLengthOf, checkRegionOffset, checkU32 } from "../../core/checks.ts";
import { VfioError } from "../../core/errors.ts";
import type { Binding, DeviceEntry, Host, IommuFault, ReservedRegion } from "../../core/host.ts";
import { readPart, readText } from "../../os/files.ts";
import { hasCode } from "../../os/system_error.ts";
import { parseAddress } from "../../pci/address.ts";
import { bind, unbind } from "./binding.ts";
import { parseDriverName } from "./driver_name.ts";
import { addresses, devicePath, entryOf, groupPath, ifThere, reservedRegions } from "./sysfs.ts";

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
}
