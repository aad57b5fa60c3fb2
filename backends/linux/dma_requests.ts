/** What VFIO_IOMMU_MAP_DMA and UNMAP_DMA take, each filled in at one place: drivers make these calls all the time. */
import type { CheckedMap } from "../../core/requests.ts";
import { Place } from "../../os/place.ts";
import {
  VFIO_DMA_MAP_FLAG_READ,
  VFIO_DMA_MAP_FLAG_VADDR,
  VFIO_DMA_MAP_FLAG_WRITE,
  vfio_iommu_type1_dma_map,
  vfio_iommu_type1_dma_unmap,
} from "../../uapi/vfio.ts";

const mapPlace = new Place(vfio_iommu_type1_dma_map.size);
const unmapPlace = new Place(vfio_iommu_type1_dma_unmap.size);

/** Places of 32-bit fields, in words. */
const MAP_ARGSZ = vfio_iommu_type1_dma_map.offsets.argsz / 4;
const MAP_FLAGS = vfio_iommu_type1_dma_map.offsets.flags / 4;
const UNMAP_ARGSZ = vfio_iommu_type1_dma_unmap.offsets.argsz / 4;
const UNMAP_FLAGS = vfio_iommu_type1_dma_unmap.offsets.flags / 4;
/** Places of 64-bit fields, in words of that width. */
const MAP_VADDR = vfio_iommu_type1_dma_map.offsets.vaddr / 8;
const MAP_IOVA = vfio_iommu_type1_dma_map.offsets.iova / 8;
const MAP_SIZE = vfio_iommu_type1_dma_map.offsets.size / 8;
const UNMAP_IOVA = vfio_iommu_type1_dma_unmap.offsets.iova / 8;
const UNMAP_SIZE = vfio_iommu_type1_dma_unmap.offsets.size / 8;

/** Writes a struct vfio_iommu_type1_dma_map. */
export function mapRequest(request: CheckedMap): Place {
  const { u32, u64 } = mapPlace;
  u32[MAP_ARGSZ] = mapPlace.u8.length;
  u32[MAP_FLAGS] = (request.read ? VFIO_DMA_MAP_FLAG_READ : 0) |
    (request.write ? VFIO_DMA_MAP_FLAG_WRITE : 0) |
    (request.updateVaddr ? VFIO_DMA_MAP_FLAG_VADDR : 0);
  u64[MAP_VADDR] = request.vaddr;
  u64[MAP_IOVA] = request.iova;
  u64[MAP_SIZE] = request.size;
  return mapPlace;
}

/** Writes a struct vfio_iommu_type1_dma_unmap, without a bitmap behind it. */
export function unmapRequest(iova: bigint, size: bigint, flags: number): Place {
  const { u32, u64 } = unmapPlace;
  u32[UNMAP_ARGSZ] = unmapPlace.u8.length;
  u32[UNMAP_FLAGS] = flags;
  u64[UNMAP_IOVA] = iova;
  u64[UNMAP_SIZE] = size;
  return unmapPlace;
}

/** How many bytes the last {@linkcode unmapRequest} unmapped. */
export function unmappedSize(): bigint {
  return unmapPlace.u64[UNMAP_SIZE] ?? 0n;
}
