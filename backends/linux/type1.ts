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
import type { CheckedMap } from "../../core/requests.ts";
import { readBitmap, readMap, readUnmap } from "../../core/requests.ts";
import { formatAddress, formatRange, rangeOf, wraps } from "../../iommu/ranges.ts";
import type { Descriptor } from "../../os/descriptor.ts";
import { addressOf } from "../../os/libc.ts";
import { hasCode, systemError } from "../../os/system_error.ts";
import {
  vfio_bitmap,
  VFIO_DMA_UNMAP_FLAG_ALL,
  VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
  VFIO_DMA_UNMAP_FLAG_VADDR,
  VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP,
  VFIO_IOMMU_DIRTY_PAGES_FLAG_START,
  VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP,
  VFIO_IOMMU_MAP_DMA,
  vfio_iommu_type1_dirty_bitmap,
  vfio_iommu_type1_dirty_bitmap_get,
  vfio_iommu_type1_dma_unmap,
  VFIO_IOMMU_UNMAP_DMA,
} from "../../uapi/vfio.ts";
import { ifKnown, memlockFacts } from "./facts.ts";
import { mapRequest, unmappedSize, unmapRequest } from "./dma_requests.ts";
import { ioctl, ioctlAt } from "./ioctl.ts";
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
    const checked = readMap(request);
    const result = ioctlAt(this.#container.fd, VFIO_IOMMU_MAP_DMA, mapRequest(checked));
    if (result < 0) throw this.#mapFailure(-result, checked);
  }

  /** Takes mappings away. */
  unmap(request: DmaUnmap): bigint {
    const { iova, size, all, invalidateVaddr, dirty } = readUnmap(request);
    const flags = (all ? VFIO_DMA_UNMAP_FLAG_ALL : 0) | (invalidateVaddr ? VFIO_DMA_UNMAP_FLAG_VADDR : 0);
    if (dirty !== undefined) return this.#unmapDirty(iova, size, flags, all, dirty);
    const result = ioctlAt(this.#container.fd, VFIO_IOMMU_UNMAP_DMA, unmapRequest(iova, size, flags));
    if (result < 0) throw systemError(-result, "VFIO_IOMMU_UNMAP_DMA", unmapped(iova, size, all));
    return unmappedSize();
  }

  #mapFailure(errno: number, { iova, size }: CheckedMap): Error {
    const facts = () => ({ ...memlockFacts(size), ...ifKnown(() => this.#rangeFacts()) });
    return systemError(errno, "VFIO_IOMMU_MAP_DMA", name(iova, size), { facts });
  }

  #unmapDirty(iova: bigint, size: bigint, flags: number, all: boolean, dirty: DirtyBitmap): bigint {
    const { size: head } = vfio_iommu_type1_dma_unmap;
    const bitmap = encodeBitmap(dirty);
    const bytes = vfio_iommu_type1_dma_unmap.encode({
      argsz: head + bitmap.length,
      flags: flags | VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
      iova,
      size,
    }, bitmap.length);
    bytes.set(bitmap, head);
    ioctl(this.#container.fd, "VFIO_IOMMU_UNMAP_DMA", bytes, unmapped(iova, size, all));
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

function unmapped(iova: bigint, size: bigint, all: boolean): string {
  return all ? "all mappings" : name(iova, size);
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
