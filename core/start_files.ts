/** Start files: what gives a device to a driver at each start of the machine, as systems have it done. */
import type { DeviceEntry } from "./host.ts";

/** A file of the system's settings. */
export interface SettingsFile {
  /** Where it belongs: "/etc/udev/rules.d/70-vfio-0000:00:04.0.rules". */
  readonly path: string;
  /** What stands in it. */
  readonly text: string;
}

/** What has it done: driverctl, where it is installed, or udev alone. */
export type StartWay = "driverctl" | "udev";

/** The device's part in a start file. */
export type StartDevice = Pick<DeviceEntry, "address" | "vendor" | "device">;

/** Where each keeps its files. */
export type StartFolders = Readonly<Record<StartWay, string>>;

/** Where they are on a system. */
export const START_FOLDERS: StartFolders = { driverctl: "/etc/driverctl.d", udev: "/etc/udev/rules.d" };

/** Where a device's start file is. @param address As the parser gives it. */
export function startPath(way: StartWay, address: string, folders: StartFolders = START_FOLDERS): string {
  return `${folders[way]}/${way === "driverctl" ? `pci-${address}` : `70-vfio-${address}.rules`}`;
}

/**
 * Writes what gives a device to a driver. Another device that sits at the address one day is left alone by udev's rule;
 * and so is one that has a driver already, which the machine may have been started from.
 *
 * @param driver As the parser gives it.
 * @see driverctl(8); udev(7)
 */
export function startText(way: StartWay, { address, vendor, device }: StartDevice, driver: string): string {
  if (way === "driverctl") return `${driver}\n`;
  return [
    "# Made by vfio bind --persist; vfio unbind takes it away.",
    `ACTION=="add", SUBSYSTEM=="pci", KERNEL=="${address}", ` +
    `ATTR{vendor}=="${attribute(vendor)}", ATTR{device}=="${attribute(device)}", \\`,
    `  ATTR{driver_override}="${driver}", RUN{builtin}+="kmod load ${driver}", \\`,
    `  RUN+="/bin/sh -c 'echo ${address} > /sys/bus/pci/drivers_probe'"`,
    "",
  ].join("\n");
}

/** A number as sysfs shows it. */
function attribute(id: number): string {
  return `0x${id.toString(16).padStart(4, "0")}`;
}
