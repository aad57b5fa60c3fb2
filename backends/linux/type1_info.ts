/** VFIO_IOMMU_GET_INFO, with its capabilities. */
import type { IommuCapability, IommuInfo, IovaRange } from "../../core/iommu_driver.ts";
import {
  VFIO_IOMMU_INFO_CAPS,
  vfio_iommu_type1_info,
  VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE,
  vfio_iommu_type1_info_cap_iova_range,
  VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION,
  vfio_iommu_type1_info_cap_migration,
  VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL,
  vfio_iommu_type1_info_dma_avail,
  vfio_iova_range,
} from "../../uapi/vfio.ts";
import { askInfo, chainOf } from "./info_chain.ts";
import type { ChainEntry } from "./info_chain.ts";
import { ioctl } from "./ioctl.ts";

/** Asks a container about its IOMMU. */
export function askIommuInfo(fd: number, subject: string): IommuInfo {
  return decodeIommuInfo(
    askInfo(vfio_iommu_type1_info, {}, (bytes) => ioctl(fd, "VFIO_IOMMU_GET_INFO", bytes, subject)),
  );
}

/** Reads the answer to VFIO_IOMMU_GET_INFO. */
export function decodeIommuInfo(answer: Uint8Array<ArrayBuffer>): IommuInfo {
  const { flags, iova_pgsizes: pageSizes, cap_offset } = vfio_iommu_type1_info.decode(answer);
  const chain = (flags & VFIO_IOMMU_INFO_CAPS) === 0 ? [] : chainOf(answer, cap_offset);
  const capabilities = chain.map((entry) => decode(answer, entry));
  const ranges = capabilities.flatMap((capability) => "ranges" in capability ? [capability.ranges] : []);
  return { alignment: pageSizes & -pageSizes, ranges: ranges[0], pageSizes, capabilities };
}

function decode(answer: Uint8Array, entry: ChainEntry): IommuCapability {
  const { id, version, at } = entry;
  switch (id) {
    case VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION: {
      const { pgsize_bitmap, max_dirty_bitmap_size } = vfio_iommu_type1_info_cap_migration.decode(answer, at);
      return { id: "migration", version, pageSizes: pgsize_bitmap, maxBitmapSize: max_dirty_bitmap_size };
    }
    case VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL: {
      const { avail } = vfio_iommu_type1_info_dma_avail.decode(answer, at);
      return { id: "dma-avail", version, available: avail };
    }
    case VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE:
      return { id: "iova-range", version, ranges: rangesAt(answer, at) };
    default:
      return { id, version, data: entry.data };
  }
}

function rangesAt(answer: Uint8Array, at: number): IovaRange[] {
  const head = vfio_iommu_type1_info_cap_iova_range;
  const { nr_iovas } = head.decode(answer, at);
  const room = Math.floor((answer.byteLength - at - head.size) / vfio_iova_range.size);
  return Array.from({ length: Math.min(nr_iovas, room) }, (_, i) => {
    const { start, end } = vfio_iova_range.decode(answer, at + head.size + i * vfio_iova_range.size);
    return { start, last: end };
  });
}
