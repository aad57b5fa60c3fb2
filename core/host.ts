/** Host: the machine as its administrator sees it. sysfs on Linux. */
import type { DeviceDetails, LogLine, NodeDetails, SystemDetails } from "./host_details.ts";
import type { Iova, IovaRange } from "./iommu_driver.ts";
import type { SettingsFile } from "./start_files.ts";

/** A PCI device of the machine. */
export interface DeviceEntry {
  /** "0000:00:04.0": domain of 4 to 8 digits, bus, device, function. */
  readonly address: string;
  /** Vendor id. */
  readonly vendor: number;
  /** Device id. */
  readonly device: number;
  /** Vendor id of the board. */
  readonly subsystemVendor: number;
  /** Device id of the board. */
  readonly subsystemDevice: number;
  /** 24 bits: base class, subclass, interface. */
  readonly classCode: number;
  /** Revision id. */
  readonly revision: number;
  /** The driver that has it. */
  readonly driver: string | undefined;
  /** Its IOMMU group. */
  readonly group: number | undefined;
  /** The other devices of its group, by address. */
  readonly siblings: readonly string[];
  /** Its group is a made-up one: there is no IOMMU. */
  readonly noIommu: boolean;
  /** The memory it is near to; undefined: the machine has one. */
  readonly numaNode: number | undefined;
  /** Its own node, as "/dev/vfio/devices/vfio0", where the kernel has such. */
  readonly cdev: string | undefined;
}

/** A range of addresses that a group cannot use, or uses in a way of its own. */
export interface ReservedRegion extends IovaRange {
  /** "direct", "direct-relaxable", "reserved", "msi". */
  readonly type: string;
}

/** An access that the IOMMU blocked. */
export interface IommuFault {
  /** The device that made it. */
  readonly address: string;
  /** Where it went. */
  readonly iova: Iova;
  /** The device wanted to write; else to read. */
  readonly write: boolean;
  /** In the IOMMU's own words. */
  readonly reason: string;
}

/** A device bound to a driver by {@linkcode Host.bind}. Dispose gives it back to the driver that had it before. */
export interface Binding extends Disposable {
  /** The device. */
  readonly address: string;
  /** The driver that has it now. */
  readonly driver: string;
  /** The driver that had the device before; undefined: none. */
  readonly previous: string | undefined;
}

/** The machine as an administrator sees it. */
export interface Host {
  /** Lists all PCI devices, by address. */
  list(): DeviceEntry[];
  /** Tells about one device; undefined when there is none at that address. Cheaper than list(). */
  find(address: string): DeviceEntry | undefined;
  /** Tells a device's IOMMU group; undefined when it has none, or there is no such device. Cheaper than find(). */
  groupOf(address: string): number | undefined;
  /** Lists the ranges a group must leave alone. @throws {VfioError} `ENOENT` for an unknown group. */
  reservedRegions(group: number): readonly ReservedRegion[];
  /** Tells how the kernel drives the group's IOMMU: "DMA", "DMA-FQ", "identity", ... */
  groupType(group: number): string;
  /** Reads the hardware's config space, never the virtual one. @returns Bytes read: an unprivileged user gets 64. */
  readConfig(address: string, offset: number, into: Uint8Array<ArrayBuffer>): number;
  /**
   * Gives a device to a driver, by driver_override, as a transaction: the result is verified, and a failure puts the
   * old driver back.
   *
   * @returns What gives it back: dispose of it, or drop it to leave the device where it is.
   * @throws {VfioError} `ENODEV` for an unknown device, or a driver that does not take it; `ENOENT` for an unknown
   * driver; `EBUSY` while the device is open in this process: the kernel would wait for its close for ever;
   * `ETIMEDOUT` while another process has it open, and does not give it up: the kernel waits on, and looking at the device
   * may wait with it; `EACCES` without root.
   */
  bind(address: string, driver: string): Binding;
  /**
   * Takes a device from its driver, and lets another have it; driver_override is clear then.
   *
   * @param to The driver that gets it, whatever devices it is for: as a transaction, as {@linkcode bind} does it.
   * @default the one that the kernel finds, or none
   * @throws {VfioError} as {@linkcode bind}.
   */
  unbind(address: string, to?: string): void;
  /** Lists what the IOMMU blocked; undefined when this backend cannot tell. */
  faults(): readonly IommuFault[] | undefined;
  /** The text of the system's pci.ids; undefined when there is none. */
  pciIds(): string | undefined;
  /** Tells about the machine, and what this process may on it. */
  system(): SystemDetails;
  /** Tells more about a device; undefined when there is none at that address. */
  details(address: string): DeviceDetails | undefined;
  /** Tells about a group's node; undefined when it has none. */
  groupNode(group: number): NodeDetails | undefined;
  /**
   * Gives a group's node to a user (0600), or to a user and their group (0660).
   *
   * @param owner "USER" or "USER:GROUP", by name or number.
   * @throws {TypeError} for an owner that this machine does not know.
   * @throws {VfioError} `ENOENT` when the group has no node; `EPERM` without root.
   */
  chownGroup(group: number, owner: string): void;
  /**
   * Reads the kernel's log.
   *
   * @param after Only lines with a greater sequence. @default all that are kept
   * @returns undefined when this user may not read it.
   */
  kernelLog(after?: number): readonly LogLine[] | undefined;
  /**
   * Keeps in mind which driver a device had, until the machine is switched off.
   *
   * @param driver null: none had it; undefined: forgets.
   * @throws {VfioError} `EACCES` without root.
   */
  rememberDriver(address: string, driver: string | null | undefined): void;
  /** Tells what was kept in mind last; null: no driver; undefined: nothing was, or this user may not know. */
  rememberedDriver(address: string): string | null | undefined;
  /**
   * Tells which file gives a device to a driver at each start of the machine, in the machine's own way: driverctl's where
   * that is installed, else a rule of udev's. Nothing is written.
   *
   * @throws {VfioError} `ENODEV` for an unknown device.
   */
  startFile(address: string, driver: string): SettingsFile;
  /** Lists the files that do so now: those that this user may read. */
  startFiles(address: string): readonly SettingsFile[];
  /**
   * Writes {@linkcode startFile}, whole or not at all; or takes those away that are there.
   *
   * @param driver undefined: the device goes to whom the kernel gives it.
   * @throws {VfioError} `ENODEV` for an unknown device; `ENOENT` on a machine without udev; `EACCES` without root.
   */
  giveAtStart(address: string, driver: string | undefined): void;
}
