/** VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and VFIO_DEVICE_PCI_HOT_RESET. */
import type { HotResetEntry, HotResetInfo } from "../../core/device.ts";
import { hasCode } from "../../os/system_error.ts";
import {
  vfio_pci_dependent_device,
  vfio_pci_hot_reset,
  VFIO_PCI_HOT_RESET_FLAG_DEV_ID,
  VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED,
  vfio_pci_hot_reset_info,
} from "../../uapi/vfio.ts";
import { ioctl } from "./ioctl.ts";

const INFO = "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO";

/** Asks what a hot reset hits. */
export function askHotResetInfo(fd: number, subject: string): HotResetInfo {
  const head = vfio_pci_hot_reset_info;
  const each = vfio_pci_dependent_device;
  // The kernel says how many there are when they have no room; their number may change meanwhile.
  for (let room = 8;;) {
    const argsz = head.size + room * each.size;
    const bytes = head.encode({ argsz }, argsz - head.size);
    const full = ask(fd, bytes, subject);
    const { flags, count } = head.decode(bytes);
    if (full) {
      room = count;
      continue;
    }
    const byDeviceId = (flags & VFIO_PCI_HOT_RESET_FLAG_DEV_ID) !== 0;
    const devices = Array.from({ length: Math.min(count, room) }, (_, i) => {
      return entryOf(each.decode(bytes, head.size + i * each.size), byDeviceId);
    });
    return { devices, byDeviceId, owned: (flags & VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED) !== 0 };
  }
}

/** @returns Whether there was no room for all of them. */
function ask(fd: number, bytes: Uint8Array<ArrayBuffer>, subject: string): boolean {
  try {
    ioctl(fd, INFO, bytes, subject);
    return false;
  } catch (error) {
    if (hasCode(error, "ENOSPC")) return true;
    throw error;
  }
}

function entryOf(
  device: { group_id: number; segment: number; bus: number; devfn: number },
  byDeviceId: boolean,
): HotResetEntry {
  const { group_id, segment, bus, devfn } = device;
  const address = `${hex(segment, 4)}:${hex(bus, 2)}:${hex(devfn >> 3, 2)}.${devfn & 7}`;
  return byDeviceId ? { address, deviceId: group_id } : { address, group: group_id };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** Resets the bus or slot. @param groups Descriptors of the groups that are hit. */
export function hotReset(fd: number, groups: readonly number[], subject: string): void {
  const fds = new Uint8Array(Int32Array.from(groups).buffer);
  const argsz = vfio_pci_hot_reset.size + fds.length;
  const bytes = vfio_pci_hot_reset.encode({ argsz, count: groups.length }, fds.length);
  bytes.set(fds, vfio_pci_hot_reset.size);
  ioctl(fd, "VFIO_DEVICE_PCI_HOT_RESET", bytes, subject);
}
