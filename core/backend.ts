/** Backend: one way to reach devices. */
import type { HostMemory, HostMemoryOptions, MemoryFile, Protection } from "./memory.ts";
import type { Signal } from "./signal.ts";
import type { Container } from "./container.ts";
import type { Group } from "./group.ts";
import type { Device } from "./device.ts";
import type { Iommufd } from "./iommufd.ts";
import type { Host } from "./host.ts";
import type { Clock } from "./clock.ts";

/** The way in by groups: /dev/vfio/vfio and /dev/vfio/N. */
export interface GroupDoor {
  /** Opens a container. @throws {VfioError} `ENOENT` without the vfio module; `EACCES`; `EMFILE`. */
  openContainer(): Container;
  /**
   * Opens a group.
   *
   * @param options.noIommu Opens /dev/vfio/noiommu-N.
   * @throws {VfioError} `ENOENT` when none of its devices is bound to a VFIO driver; `EACCES` without the right to the
   * node; `EBUSY` while anybody has it open; `EPERM` for no-IOMMU without CAP_SYS_RAWIO.
   */
  openGroup(id: number, options?: { readonly noIommu?: boolean }): Group;
}

/** The way in by iommufd: /dev/iommu and /dev/vfio/devices/vfioN. */
export interface IommufdDoor {
  /** Opens /dev/iommu. @throws {VfioError} `ENOENT` on kernels without. */
  openIommufd(): Iommufd;
  /** Opens a device by its own node, not yet bound. @throws {VfioError} `ENOENT` when it has none. */
  openDevice(address: string): Device;
}

/** What part of a memory file to map. */
export interface MapFileOptions {
  /** Bytes from the start of the file, page-aligned. @default 0 */
  readonly offset?: number;
  /** Bytes. @default the rest of the file */
  readonly size?: number;
  /** What this process may do with it. @default "read-write" */
  readonly protection?: Protection;
}

/** One way to reach devices: Linux, an emulated host's process, ... */
export interface Backend {
  /** "linux", "emulated", ... */
  readonly name: string;
  /** The machine as its administrator sees it. */
  readonly host: Host;
  /** Time as the devices live by it. */
  readonly clock: Clock;
  /** Absent: this backend has no groups. */
  readonly groups?: GroupDoor;
  /** Absent: no /dev/iommu and no device nodes. */
  readonly iommufd?: IommufdDoor;
  /**
   * Makes page-aligned, zeroed memory.
   *
   * @param size Bytes, rounded up to whole pages.
   * @throws {VfioError} `ENOMEM` when there is none.
   */
  allocate(size: number, options?: HostMemoryOptions): HostMemory;
  /** Maps memory that somebody else made, by its file. The file stays open, and yours to dispose of. */
  mapFile(file: MemoryFile, options?: MapFileOptions): HostMemory;
  /** Makes a signal (eventfd). @throws {VfioError} `EMFILE` when there are no descriptors left. */
  createSignal(): Signal;
}
