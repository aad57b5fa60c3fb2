/** IommuDriver: the IOMMU behind a container, and what every address space shares. */
import type { IommuType } from "./container.ts";

/** An address that a device uses for memory. */
export type Iova = bigint;

/** A range of addresses, both ends included. */
export interface IovaRange {
  /** Its first address. */
  readonly start: Iova;
  /** Its last address. */
  readonly last: Iova;
}

/** A capability of VFIO_IOMMU_GET_INFO's chain. */
export type IommuCapability =
  | {
    readonly id: "migration";
    readonly version: number;
    readonly pageSizes: bigint;
    readonly maxBitmapSize: bigint;
  }
  | { readonly id: "dma-avail"; readonly version: number; readonly available: number }
  | { readonly id: "iova-range"; readonly version: number; readonly ranges: readonly IovaRange[] }
  | { readonly id: number; readonly version: number; readonly data: Uint8Array };

/** What an address space tells of itself. */
export interface DmaInfo {
  /** Smallest page in bytes: mappings start and end at multiples of it. */
  readonly alignment: bigint;
  /** Where mappings may lie; undefined when the kernel does not say. */
  readonly ranges: readonly IovaRange[] | undefined;
}

/** What VFIO_IOMMU_GET_INFO tells. */
export interface IommuInfo extends DmaInfo {
  /** Page sizes, a bit each. */
  readonly pageSizes: bigint;
  /** The capability chain, in its order. */
  readonly capabilities: readonly IommuCapability[];
}

/** A mapping to make. All flags are independent and none is implied, so that wrong ones can be said too. */
export interface DmaMap {
  /** Where the device finds the memory. */
  readonly iova: Iova;
  /** Where this process has it. */
  readonly vaddr: bigint;
  /** Bytes. */
  readonly size: bigint;
  /** The device may read. */
  readonly read?: boolean;
  /** The device may write. */
  readonly write?: boolean;
  /** Gives a mapping whose vaddr was invalidated its new one (VFIO_DMA_MAP_FLAG_VADDR). */
  readonly updateVaddr?: boolean;
}

/** Where dirty bits go: one bit a page, bit i of byte j is page 8 j + i. */
export interface DirtyBitmap {
  /** Bytes a bit stands for. The kernel accepts only the smallest page. */
  readonly pageSize: bigint;
  /** Its length must be a multiple of 8 that covers the range. Pass it zeroed: the kernel writes the words of 64 bits that mappings begin in, and leaves the others as they are. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Mappings to take away. */
export interface DmaUnmap {
  /** Where to begin. */
  readonly iova: Iova;
  /** Bytes. */
  readonly size: bigint;
  /** All mappings (VFIO_DMA_UNMAP_FLAG_ALL); `iova` and `size` must be 0. */
  readonly all?: boolean;
  /** Keeps the mappings and marks their vaddr invalid (VFIO_DMA_UNMAP_FLAG_VADDR). */
  readonly invalidateVaddr?: boolean;
  /** Fetches the dirty bits of what is unmapped. */
  readonly dirty?: DirtyBitmap;
}

/**
 * An address space of devices: what every way in (Type1, iommufd, emulated) shares.
 *
 * Portable use is a fixed iova inside `info().ranges`, aligned, and unmapping exactly what was mapped: all else
 * differs between IOMMU drivers.
 */
export interface DmaSpace {
  /** Tells page sizes and valid ranges; ask again after each group that is attached. */
  info(): DmaInfo;
  /**
   * Lets devices reach `size` bytes at `vaddr` under `iova`.
   *
   * Guarantees: the pages are pinned until unmapped, also when this process unmaps the memory meanwhile; on an
   * error nothing is mapped.
   */
  map(request: DmaMap): void;
  /** Takes mappings away. @returns Bytes really unmapped: 0 when there was nothing (Type1). */
  unmap(request: DmaUnmap): bigint;
}

/** Dirty page tracking (VFIO_IOMMU_DIRTY_PAGES). Type1v2 only: `EACCES` on Type1. */
export interface DirtyTracking {
  /** Starts tracking; again is harmless. */
  start(): void;
  /** Stops tracking; again is harmless. */
  stop(): void;
  /**
   * Fetches the dirty bits of a range.
   *
   * @throws {VfioError} `EINVAL` before start, for a range that cuts a mapping, is empty or unaligned, for a
   * page size other than the smallest, for a bitmap that is too small; `EOVERFLOW` (before Linux 7: `EINVAL`)
   * for a range that wraps.
   */
  read(request: { readonly iova: Iova; readonly size: bigint; readonly bitmap: DirtyBitmap }): void;
}

/**
 * The IOMMU driver of a container: Type1 or Type1v2.
 *
 * @see Linux, drivers/vfio/vfio_iommu_type1.c
 */
export interface IommuDriver extends DmaSpace {
  /** The type that was set; undefined while none is. */
  readonly type: IommuType | undefined;
  /** Tells page sizes, valid ranges and the capability chain. @throws {VfioError} `EINVAL` while no driver is set. */
  info(): IommuInfo;
  /**
   * Maps memory for DMA (VFIO_IOMMU_MAP_DMA).
   *
   * @throws {VfioError} `EINVAL` for size 0, an address or size that is not a multiple of the smallest page, no
   * right at all, a right together with updateVaddr, an iova outside the valid ranges; `EOVERFLOW` (before
   * Linux 7: `EINVAL`) when iova or vaddr wraps; `EEXIST` when a mapping overlaps; `ENOSPC` when the limit of
   * mappings (`dma_entry_limit`) is reached; `EFAULT` when the memory is not there or not writable as asked;
   * `ENOMEM` over RLIMIT_MEMLOCK without CAP_IPC_LOCK; `ENOENT` when updateVaddr finds no mapping.
   */
  map(request: DmaMap): void;
  /**
   * Unmaps (VFIO_IOMMU_UNMAP_DMA).
   *
   * Type1v2 takes every mapping inside the range and refuses to cut one. Type1 takes whole every mapping that
   * starts inside the range, and none when the range begins inside one.
   *
   * @returns Bytes really unmapped, 0 when nothing was there.
   * @throws {VfioError} `EINVAL` for a size of 0 or an unaligned range, with `all` and an iova or size, for a
   * range that cuts a mapping (Type1v2), with `dirty` while not tracking; `EOVERFLOW` (before Linux 7: `EINVAL`)
   * when the range wraps; `EFAULT` when the bitmap cannot be written, with mappings before it already gone.
   */
  unmap(request: DmaUnmap): bigint;
  /** Dirty page tracking. */
  readonly dirty: DirtyTracking;
}
