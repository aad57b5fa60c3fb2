/** /dev/iommu: address spaces as objects of their own (Linux 6.2 and later). */
import type { MemoryFile } from "./memory.ts";
import type { Container } from "./container.ts";
import type { DirtyTracking, DmaMap, DmaSpace, DmaUnmap, Iova, IovaRange } from "./iommu_driver.ts";

/** A hardware page table to make (IOMMU_HWPT_ALLOC). */
export interface HwptRequest {
  /** The device's id, as {@linkcode Device.bind} gave it. */
  readonly deviceId: number;
  /** The address space, or the page table below which it nests. */
  readonly parent: Ioas | Hwpt | number;
  /** The page table can track dirty pages. @default false */
  readonly dirtyTracking?: boolean;
}

/** An option to read or set (IOMMU_OPTION). */
export interface IommufdOption {
  /** Which. */
  readonly option: "rlimit-mode" | "huge-pages";
  /** Id of the object it is about; absent: the iommufd itself. */
  readonly object?: number;
  /** The value to set; absent: only read. */
  readonly set?: bigint;
}

/** What IOMMU_GET_HW_INFO tells. */
export interface HardwareInfo {
  /** IOMMU_HW_INFO_TYPE_: 0 none, 1 VT-d, 2 SMMUv3. */
  readonly type: number;
  /** As the type lays it out. */
  readonly data: Uint8Array;
  /** The hardware can track dirty pages. */
  readonly dirtyTracking: boolean;
}

/**
 * An open /dev/iommu. It answers the container's calls too (compatibility mode: `group.setContainer(iommufd)`).
 *
 * @see Linux, drivers/iommu/iommufd; Documentation/userspace-api/iommufd.rst
 */
export interface Iommufd extends Container {
  /** Makes an address space (IOMMU_IOAS_ALLOC). */
  allocateIoas(): Ioas;
  /** Stands for an address space that another holder of this iommufd made. Makes no system call. */
  ioas(id: number): Ioas;
  /** Makes a page table of the hardware's (IOMMU_HWPT_ALLOC). @throws {VfioError} `ENOENT` for an unknown id. */
  allocateHwpt(request: HwptRequest): Hwpt;
  /** Ends an object (IOMMU_DESTROY). @throws {VfioError} `ENOENT` for an unknown id, `EBUSY` while it is used. */
  destroy(id: number): void;
  /** Tells about the IOMMU in front of a device (IOMMU_GET_HW_INFO). */
  hardwareInfo(deviceId: number): HardwareInfo;
  /** Reads or sets an option. @throws {VfioError} `EPERM` without CAP_SYS_RESOURCE; `EBUSY` once objects exist. */
  option(request: IommufdOption): bigint;
  /** The address space that the container's calls work on (IOMMU_VFIO_IOAS get, set, clear). */
  compatIoas: Ioas | undefined;
}

/** An address space of an iommufd (IOAS). Not disposable: closing its iommufd, or destroy(), ends it. */
export interface Ioas extends DmaSpace {
  /** Its id in the iommufd. */
  readonly id: number;
  /**
   * Maps at a fixed iova (IOMMU_IOAS_MAP).
   *
   * @throws {VfioError} `EINVAL` for size 0, bad alignment, no right at all or a reserved range; `EEXIST` when
   * in use; `EOVERFLOW` when it wraps; `EFAULT`, `ENOMEM` when pinning fails; `ENOENT` for an unknown IOAS.
   */
  map(request: DmaMap): void;
  /** Maps where the kernel likes. @returns The iova. @throws {VfioError} as map(); `ENOSPC` when nothing fits. */
  mapAnywhere(request: Omit<DmaMap, "iova">): Iova;
  /** Maps a part of a file (IOMMU_IOAS_MAP_FILE). */
  mapFile(request: IoasMapFile): void;
  /** Maps what another address space of the same iommufd maps (IOMMU_IOAS_COPY); pages are counted once. */
  copyFrom(source: Ioas, request: IoasCopy): void;
  /**
   * Unmaps (IOMMU_IOAS_UNMAP).
   *
   * @throws {VfioError} `ENOENT` when nothing is mapped there, or a mapping is covered only in part.
   */
  unmap(request: DmaUnmap): bigint;
  /** Limits where mapAnywhere() looks. @throws {VfioError} `EADDRINUSE` when it collides with reserved ranges. */
  allowIovas(ranges: readonly IovaRange[]): void;
}

/** A part of a file to map. */
export interface IoasMapFile {
  /** The file. */
  readonly file: MemoryFile;
  /** Bytes from the start of the file. */
  readonly start: bigint;
  /** Bytes. */
  readonly size: bigint;
  /** Where devices find it. */
  readonly iova: Iova;
  /** The device may read. */
  readonly read?: boolean;
  /** The device may write. */
  readonly write?: boolean;
}

/** A part of another address space to map. */
export interface IoasCopy {
  /** Where devices find it. */
  readonly iova: Iova;
  /** Where it is in the other address space. */
  readonly sourceIova: Iova;
  /** Bytes. */
  readonly size: bigint;
  /** The device may read. */
  readonly read?: boolean;
  /** The device may write. */
  readonly write?: boolean;
}

/** A page table of the hardware's. */
export interface Hwpt {
  /** Its id in the iommufd. */
  readonly id: number;
  /** Dirty page tracking. */
  readonly dirty: DirtyTracking;
}
