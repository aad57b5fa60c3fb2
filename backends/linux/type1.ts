/** Type1: the container's ioctls that go to its IOMMU driver, Type1 or Type1v2. */
import { byteLengthOf, checkU64 } from "../../core/checks.ts";
import type { IommuType } from "../../core/container.ts";
import type {
  DirtyBitmap,
  DirtyTracking,
  DmaMap,
  DmaUnmap,
  IommuDriver,
  IommuInfo,
} from "../../core/iommu_driver.ts";
import type { Facts } from "../../core/remedies.ts";
import { readBitmap, readMap, readUnmap } from "../../core/requests.ts";
import { formatAddress, formatRange, rangeOf, wraps } from "../../iommu/ranges.ts";
import type { Descriptor } from "../../os/descriptor.ts";
import { addressOf } from "../../os/libc.ts";
import { hasCode } from "../../os/system_error.ts";
import {
  vfio_bitmap,
  VFIO_DMA_MAP_FLAG_READ,
  VFIO_DMA_MAP_FLAG_VADDR,
  VFIO_DMA_MAP_FLAG_WRITE,
  VFIO_DMA_UNMAP_FLAG_ALL,
  VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
  VFIO_DMA_UNMAP_FLAG_VADDR,
  VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP,
  VFIO_IOMMU_DIRTY_PAGES_FLAG_START,
  VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP,
  vfio_iommu_type1_dirty_bitmap,
  vfio_iommu_type1_dirty_bitmap_get,
  vfio_iommu_type1_dma_map,
  vfio_iommu_type1_dma_unmap,
} from "../../uapi/vfio.ts";
import { ifKnown, memlockFacts } from "./facts.ts";
import { ioctl } from "./ioctl.ts";
import { askIommuInfo } from "./type1_info.ts";

/** The IOMMU's side of a container. */
export class Type1 implements IommuDriver {
  /** Dirty page tracking. */
  readonly dirty: DirtyTracking;
  readonly #container: Descriptor;
  #type: IommuType | undefined;

  /** Stands for a container's IOMMU driver, whether one is set or not. */
  constructor(container: Descriptor) {
    this.#container = container;
    this.dirty = {
      start: () => this.#track(VFIO_IOMMU_DIRTY_PAGES_FLAG_START),
      stop: () => this.#track(VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP),
      read: ({ iova, size, bitmap }) =>
        this.#readDirty(checkU64("iova", iova), checkU64("size", size), readBitmap(bitmap)),
    };
  }

  /** The type that was set through this object, for as long as the kernel still has it: the last group takes it away. */
  get type(): IommuType | undefined {
    if (this.#type === undefined || this.#container.closed) return undefined;
    try {
      this.info();
    } catch (error) {
      if (hasCode(error, "EINVAL")) this.#type = undefined;
      // Without an IOMMU there is a driver, and nothing to ask it.
      else if (!hasCode(error, "ENOTTY")) throw error;
    }
    return this.#type;
  }

  /** The container's driver is set from here on. */
  wasSet(type: IommuType): void {
    this.#type = type;
  }

  /** Tells page sizes, valid ranges and capabilities. */
  info(): IommuInfo {
    return askIommuInfo(this.#container.fd, this.#container.subject);
  }

  /** Maps memory. */
  map(request: DmaMap): void {
    const { iova, vaddr, size, read, write, updateVaddr } = readMap(request);
    const flags = (read ? VFIO_DMA_MAP_FLAG_READ : 0) | (write ? VFIO_DMA_MAP_FLAG_WRITE : 0) |
      (updateVaddr ? VFIO_DMA_MAP_FLAG_VADDR : 0);
    const argsz = vfio_iommu_type1_dma_map.size;
    const bytes = vfio_iommu_type1_dma_map.encode({ argsz, flags, vaddr, iova, size });
    const facts = () => ({ ...memlockFacts(size), ...ifKnown(() => this.#rangeFacts()) });
    ioctl(this.#container.fd, "VFIO_IOMMU_MAP_DMA", bytes, name(iova, size), { facts });
  }

  /** Takes mappings away. */
  unmap(request: DmaUnmap): bigint {
    const { iova, size, all, invalidateVaddr, dirty } = readUnmap(request);
    const flags = (all ? VFIO_DMA_UNMAP_FLAG_ALL : 0) | (invalidateVaddr ? VFIO_DMA_UNMAP_FLAG_VADDR : 0) |
      (dirty === undefined ? 0 : VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP);
    const bitmap = dirty === undefined ? new Uint8Array(0) : encodeBitmap(dirty);
    const argsz = vfio_iommu_type1_dma_unmap.size + bitmap.length;
    const bytes = vfio_iommu_type1_dma_unmap.encode({ argsz, flags, iova, size }, bitmap.length);
    bytes.set(bitmap, vfio_iommu_type1_dma_unmap.size);
    ioctl(this.#container.fd, "VFIO_IOMMU_UNMAP_DMA", bytes, all ? "all mappings" : name(iova, size));
    return vfio_iommu_type1_dma_unmap.decode(bytes).size;
  }

  #track(flags: number): void {
    const bytes = vfio_iommu_type1_dirty_bitmap.encode({ argsz: vfio_iommu_type1_dirty_bitmap.size, flags });
    ioctl(this.#container.fd, "VFIO_IOMMU_DIRTY_PAGES", bytes, this.#container.subject);
  }

  #readDirty(iova: bigint, size: bigint, bitmap: DirtyBitmap): void {
    const get = vfio_iommu_type1_dirty_bitmap_get;
    const head = vfio_iommu_type1_dirty_bitmap;
    const argsz = head.size + get.size;
    const bytes = head.encode({ argsz, flags: VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP }, get.size);
    bytes.set(get.encode({ iova, size }), head.size);
    bytes.set(encodeBitmap(bitmap), head.size + get.offsets.bitmap);
    ioctl(this.#container.fd, "VFIO_IOMMU_DIRTY_PAGES", bytes, name(iova, size));
  }

  #rangeFacts(): Facts {
    const { alignment, ranges = [] } = this.info();
    return { alignment, ranges: ranges.map(formatRange) };
  }
}

/** The buffer is referenced by the request until the ioctl returns, and does not move. */
function encodeBitmap({ pageSize, data }: DirtyBitmap): Uint8Array<ArrayBuffer> {
  const size = BigInt(byteLengthOf("bitmap.data", data));
  return vfio_bitmap.encode({ pgsize: pageSize, size, data: addressOf(data) });
}

/** Writes a range as messages have it; one that is empty or wraps, by its parts. */
function name(iova: bigint, size: bigint): string {
  if (size === 0n || wraps(iova, size)) return `${formatAddress(size)} bytes at ${formatAddress(iova)}`;
  return formatRange(rangeOf(iova, size));
}
