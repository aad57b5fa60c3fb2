/** VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and VFIO_DEVICE_PCI_HOT_RESET. */
import type { HotResetEntry, HotResetInfo } from "../../core/device.ts";
import { hasCode } from "../../os/system_error.ts";
import { formatAddress } from "../../pci/address.ts";
import {
  vfio_pci_dependent_device,
  vfio_pci_hot_reset,
  VFIO_PCI_HOT_RESET_FLAG_DEV_ID,
  VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED,
  vfio_pci_hot_reset_info,
} from "../../uapi/vfio.ts";

/** Asks what a hot reset hits. @param ask Makes the ioctl. */
export function askHotResetInfo(ask: (bytes: Uint8Array<ArrayBuffer>) => void): HotResetInfo {
  // The kernel says how many there are when they have no room; their number may change meanwhile.
  for (let room = 8;;) {
    const extra = room * vfio_pci_dependent_device.size;
    const bytes = vfio_pci_hot_reset_info.encode({ argsz: vfio_pci_hot_reset_info.size + extra }, extra);
    try {
      ask(bytes);
      return decodeHotResetInfo(bytes);
    } catch (error) {
      if (!hasCode(error, "ENOSPC")) throw error;
      room = Math.max(2 * room, vfio_pci_hot_reset_info.decode(bytes).count);
    }
  }
}

/** Reads the answer to VFIO_DEVICE_GET_PCI_HOT_RESET_INFO. */
export function decodeHotResetInfo(answer: Uint8Array): HotResetInfo {
  const head = vfio_pci_hot_reset_info;
  const each = vfio_pci_dependent_device;
  const { flags, count } = head.decode(answer);
  const room = Math.floor((answer.byteLength - head.size) / each.size);
  const byDeviceId = (flags & VFIO_PCI_HOT_RESET_FLAG_DEV_ID) !== 0;
  const devices = Array.from({ length: Math.min(count, room) }, (_, i) => {
    return entryOf(each.decode(answer, head.size + i * each.size), byDeviceId);
  });
  return { devices, byDeviceId, owned: (flags & VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED) !== 0 };
}

function entryOf(
  device: { group_id: number; segment: number; bus: number; devfn: number },
  byDeviceId: boolean,
): HotResetEntry {
  const { group_id, segment, bus, devfn } = device;
  const address = formatAddress({ domain: segment, bus, device: devfn >> 3, function: devfn & 7 });
  return byDeviceId ? { address, deviceId: group_id } : { address, group: group_id };
}

/** Writes what VFIO_DEVICE_PCI_HOT_RESET takes. @param groups Descriptors of the groups that are hit. */
export function encodeHotReset(groups: readonly number[]): Uint8Array<ArrayBuffer> {
  const fds = new Uint8Array(Int32Array.from(groups).buffer);
  const argsz = vfio_pci_hot_reset.size + fds.length;
  const bytes = vfio_pci_hot_reset.encode({ argsz, count: groups.length }, fds.length);
  bytes.set(fds, vfio_pci_hot_reset.size);
  return bytes;
}
