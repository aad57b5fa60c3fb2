/** VFIO_DEVICE_GET_INFO and VFIO_DEVICE_GET_REGION_INFO. */
import type { DeviceInfo } from "../../core/device.ts";
import type { RegionCapability, RegionInfo, SparseArea } from "../../core/region.ts";
import {
  VFIO_DEVICE_FLAGS_CAPS,
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_DEVICE_FLAGS_RESET,
  vfio_device_info,
  vfio_region_info,
  VFIO_REGION_INFO_CAP_MSIX_MAPPABLE,
  VFIO_REGION_INFO_CAP_SPARSE_MMAP,
  vfio_region_info_cap_sparse_mmap,
  VFIO_REGION_INFO_CAP_TYPE,
  vfio_region_info_cap_type,
  VFIO_REGION_INFO_FLAG_CAPS,
  VFIO_REGION_INFO_FLAG_MMAP,
  VFIO_REGION_INFO_FLAG_READ,
  VFIO_REGION_INFO_FLAG_WRITE,
  vfio_region_sparse_mmap_area,
} from "../../uapi/vfio.ts";
import { askInfo, chainOf } from "./info_chain.ts";
import type { ChainEntry } from "./info_chain.ts";
import { ioctl } from "./ioctl.ts";

/** Asks a device about itself. */
export function askDeviceInfo(fd: number, subject: string): DeviceInfo {
  return decodeDeviceInfo(
    askInfo(vfio_device_info, {}, (bytes) => ioctl(fd, "VFIO_DEVICE_GET_INFO", bytes, subject)),
  );
}

/** Reads the answer to VFIO_DEVICE_GET_INFO. */
export function decodeDeviceInfo(answer: Uint8Array<ArrayBuffer>): DeviceInfo {
  const { flags, num_regions, num_irqs, cap_offset } = vfio_device_info.decode(answer);
  const chain = (flags & VFIO_DEVICE_FLAGS_CAPS) === 0 ? [] : chainOf(answer, cap_offset);
  return {
    regions: num_regions,
    irqs: num_irqs,
    resettable: (flags & VFIO_DEVICE_FLAGS_RESET) !== 0,
    pci: (flags & VFIO_DEVICE_FLAGS_PCI) !== 0,
    capabilities: chain.map(({ id, version, data }) => ({ id, version, data })),
  };
}

/** Asks a device about a region. */
export function askRegionInfo(fd: number, index: number, device: string): RegionInfo {
  const subject = `region ${index} of ${device}`;
  return decodeRegionInfo(
    askInfo(
      vfio_region_info,
      { index },
      (bytes) => ioctl(fd, "VFIO_DEVICE_GET_REGION_INFO", bytes, subject),
    ),
  );
}

/** Reads the answer to VFIO_DEVICE_GET_REGION_INFO. */
export function decodeRegionInfo(answer: Uint8Array<ArrayBuffer>): RegionInfo {
  const { flags, index, size, offset, cap_offset } = vfio_region_info.decode(answer);
  const chain = (flags & VFIO_REGION_INFO_FLAG_CAPS) === 0 ? [] : chainOf(answer, cap_offset);
  return {
    index,
    size: Number(size),
    offset: Number(offset),
    readable: (flags & VFIO_REGION_INFO_FLAG_READ) !== 0,
    writable: (flags & VFIO_REGION_INFO_FLAG_WRITE) !== 0,
    mappable: (flags & VFIO_REGION_INFO_FLAG_MMAP) !== 0,
    capabilities: chain.map((entry) => decode(answer, entry)),
  };
}

function decode(answer: Uint8Array, entry: ChainEntry): RegionCapability {
  const { id, version, at } = entry;
  switch (id) {
    case VFIO_REGION_INFO_CAP_SPARSE_MMAP:
      return { id: "sparse-mmap", version, areas: areasAt(answer, at) };
    case VFIO_REGION_INFO_CAP_TYPE: {
      const { type, subtype } = vfio_region_info_cap_type.decode(answer, at);
      return { id: "type", version, type, subtype };
    }
    case VFIO_REGION_INFO_CAP_MSIX_MAPPABLE:
      return { id: "msix-mappable", version };
    default:
      return { id, version, data: entry.data };
  }
}

function areasAt(answer: Uint8Array, at: number): SparseArea[] {
  const head = vfio_region_info_cap_sparse_mmap;
  const area = vfio_region_sparse_mmap_area;
  const { nr_areas } = head.decode(answer, at);
  const room = Math.floor((answer.byteLength - at - head.size) / area.size);
  return Array.from({ length: Math.min(nr_areas, room) }, (_, i) => {
    const { offset, size } = area.decode(answer, at + head.size + i * area.size);
    return { offset: Number(offset), size: Number(size) };
  });
}
