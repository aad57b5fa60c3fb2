/**
 * IommuPlugin: an IOMMU driver of the emulated host, as `vfio_iommu_driver_ops` is one of the kernel's.
 *
 * The container asks plug-ins for extensions, opens one when the IOMMU type is set, and hands it groups, requests
 * and the DMA of devices. A plug-in owns mappings and translation; memory and its limits stay the host's.
 */
import type { IommuType } from "../core/container.ts";
import type { ReservedRegion } from "../core/host.ts";
import type { DirtyBitmap, IommuInfo, Iova } from "../core/iommu_driver.ts";
import type { CheckedMap, CheckedUnmap } from "../core/requests.ts";
import type { Fault, IommuUnit, KernelVersion } from "./iommu_unit.ts";

/**
 * An IOMMU driver to register with an emulated host.
 *
 * @see Linux, drivers/vfio/vfio.h, `struct vfio_iommu_driver_ops`
 */
export interface IommuPlugin {
  /** The driver's name, as "vfio-iommu-type1". */
  readonly name: string;
  /** It serves groups that have no IOMMU, and only those. @default false */
  readonly noIommu?: boolean;
  /**
   * Tells whether an extension is there before an IOMMU is set; a type that {@linkcode open} takes is one too.
   *
   * @param extension The kernel's number.
   */
  supports(extension: number, host: IommuHost): boolean;
  /**
   * Makes what stands behind one container.
   *
   * @param type The kernel's number, one that {@linkcode supports} affirmed.
   * @param process Who asks.
   * @throws {VfioError} `EINVAL` for an extension that is no type, `EPERM` for who may not; it is what VFIO_SET_IOMMU
   * gives when no other plug-in takes the type.
   */
  open(type: number, host: IommuHost, process: IommuProcess): IommuInstance;
}

/** The IOMMU of one container, between VFIO_SET_IOMMU and the detach of its last group. */
export interface IommuInstance {
  /** The type that was set. */
  readonly type: IommuType;
  /** Tells whether an extension is there, now that the IOMMU is set. */
  supports(extension: number): boolean;
  /**
   * Lets the devices of a group use the mappings; a group that comes later sees those that are there already.
   *
   * @throws {VfioError} `EBUSY`, `EINVAL` or `EPERM`, with the operation the caller names: VFIO_SET_IOMMU or
   * VFIO_GROUP_SET_CONTAINER.
   */
  attachGroup(group: IommuGroup, operation: string): void;
  /** Takes a group's devices away. The last one ends every mapping, and the instance. */
  detachGroup(group: IommuGroup): void;
  /** Answers VFIO_IOMMU_GET_INFO. */
  info(): IommuInfo;
  /** Answers VFIO_IOMMU_MAP_DMA of `process`. */
  map(request: CheckedMap, process: IommuProcess): void;
  /** Answers VFIO_IOMMU_UNMAP_DMA of `process`. @returns Bytes really unmapped. */
  unmap(request: CheckedUnmap, process: IommuProcess): bigint;
  /** Answers VFIO_IOMMU_DIRTY_PAGES. */
  readonly dirty: IommuDirtyTracking;
  /**
   * Translates an access of a device, as the hardware does.
   *
   * @param address The device, one of an attached group's.
   */
  translate(address: string, iova: Iova, write: boolean): Translation;
}

/** Dirty page tracking of an {@linkcode IommuInstance}. */
export interface IommuDirtyTracking {
  /** Starts tracking. */
  start(): void;
  /** Stops tracking. */
  stop(): void;
  /** Fetches the dirty bits of a range for `process`. */
  read(request: DirtyRequest, process: IommuProcess): void;
}

/** A range whose dirty bits are asked for. */
export interface DirtyRequest {
  /** Where to begin. */
  readonly iova: Iova;
  /** Bytes. */
  readonly size: bigint;
  /** Where the bits go. */
  readonly bitmap: DirtyBitmap;
}

/** Where an access ends up. */
export interface Page {
  /** Address in the emulated host's physical memory. */
  readonly physical: bigint;
  /** Bytes from there to the end of the page. */
  readonly size: number;
}

/** What comes of an access. */
export type Translation = Page | Fault;

/** An IOMMU group, as an IOMMU driver sees it. Its identity is the object's. */
export interface IommuGroup {
  /** Its number. */
  readonly id: number;
  /** Its devices, by address. */
  readonly devices: readonly string[];
  /** Ranges that its devices cannot use for DMA; those of type "direct-relaxable" they can. */
  readonly reserved: readonly ReservedRegion[];
  /** The hardware before it; undefined: there is none, and its number is made up. */
  readonly unit: IommuUnit | undefined;
}

/** What a plug-in may ask of the machine. */
export interface IommuHost {
  /** Whose rules apply. */
  readonly kernel: KernelVersion;
  /** Mappings per container: the module parameter `dma_entry_limit`, as it is when a container is given its IOMMU. */
  readonly entryLimit: number;
  /** The module parameter `allow_unsafe_interrupts`. */
  readonly allowUnsafeInterrupts: boolean;
  /** The module parameter `enable_unsafe_noiommu_mode`. */
  readonly noIommuMode: boolean;
  /** Lets go of pages that {@linkcode IommuProcess.pin} pinned; counts nothing. */
  unpin(memory: PinnedMemory): void;
}

/** A process, or rather its address space: who maps, and who is charged for it. Its identity is the object's. */
export interface IommuProcess {
  /**
   * Pins the pages at `vaddr` and charges those that count, page by page from the first. On an error nothing is
   * pinned or charged.
   *
   * @param vaddr Page-aligned.
   * @param size Bytes, whole pages.
   * @param write The device may write: the pages must be writable.
   * @throws {VfioError} `EFAULT` when a page is not there, not readable, or not writable as asked; `ENOMEM` when a
   * page that counts passes RLIMIT_MEMLOCK without CAP_IPC_LOCK.
   */
  pin(vaddr: bigint, size: bigint, write: boolean): PinnedMemory;
  /** Charges bytes pinned for another process. @throws {VfioError} `ENOMEM` over RLIMIT_MEMLOCK without CAP_IPC_LOCK. */
  charge(bytes: bigint): void;
  /** Gives charged bytes back; harmless when the process has ended. */
  uncharge(bytes: bigint): void;
  /** Tells whether it has a right beside its user's. */
  capable(capability: "CAP_SYS_RAWIO"): boolean;
  /** Tells whether the kernel could write to these bytes of the process: not to memory that is read-only by now. */
  isWritable(bytes: Uint8Array<ArrayBuffer>): boolean;
}

/** Pages that stay where they are, whatever the process does to its mappings. */
export interface PinnedMemory {
  /** The pages in order, as few runs as they are contiguous. */
  readonly runs: readonly PhysicalRun[];
  /** Bytes of them that count against RLIMIT_MEMLOCK: all but a device's registers (peer to peer). */
  readonly charged: bigint;
}

/** Physically contiguous memory. */
export interface PhysicalRun {
  /** Address in the emulated host's physical memory, page-aligned. */
  readonly physical: bigint;
  /** Bytes, whole pages. */
  readonly size: bigint;
}
