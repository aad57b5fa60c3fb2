/** What the machine tells beyond its devices: what is in the way of using one, or of taking one from its driver. */

/** Something that the machine does with a device: taking the device away ends it. */
export interface DeviceUse {
  /**
   * mount: a file system; swap: swap space; volume: a part of a bigger volume (LVM, RAID); route: a way through the
   * network; network: a part of a bridge or bond; console: what the machine's own screen is.
   */
  readonly kind: "mount" | "swap" | "volume" | "route" | "network" | "console";
  /** By which name the kernel has it: "nvme0n1p1", "eth0". */
  readonly name: string;
  /** Where: "/data", "default", "br0"; text of others. */
  readonly place: string;
}

/** A range of addresses that a device decodes, by what the machine gave it. */
export interface DeviceResource {
  /** As regions are numbered: 0 to 5 are BARs, 6 is the expansion ROM. */
  readonly index: number;
  /** I/O ports, or memory with an address of 32 or of 64 bits. */
  readonly kind: "io" | "memory32" | "memory64";
  /** Reads have no side effects. */
  readonly prefetchable: boolean;
  /** Where it lies, as the processor sees it; 0 while nobody has placed it. */
  readonly address: bigint;
  /** Bytes. */
  readonly size: number;
}

/** Errors of PCI Express that the kernel counted. */
export interface ErrorCounts {
  /** What hardware mended by itself: a link that is not clean. */
  readonly correctable: number;
  /** What was lost, while the link goes on. */
  readonly nonfatal: number;
  /** What the link did not outlive. */
  readonly fatal: number;
}

/** More about a device. */
export interface DeviceDetails {
  /** What the kernel calls it: "eth0", "nvme0". */
  readonly names: readonly string[];
  /** What the machine does with it. */
  readonly uses: readonly DeviceUse[];
  /** The driver that driver_override names. */
  readonly driverOverride: string | undefined;
  /** How the kernel can reset it, the first choice first: "flr", "pm", "bus". */
  readonly resetMethods: readonly string[];
  /** The IOMMU in front of it, as "dmar0". */
  readonly iommu: string | undefined;
  /** How many virtual functions it has switched on. */
  readonly virtualFunctions: number;
  /** "D0", "D3hot", "D3cold"; undefined: the kernel does not tell. */
  readonly powerState: string | undefined;
  /** Its BARs and ROM, with their sizes, also those of a virtual function, whose own registers tell none. */
  readonly resources: readonly DeviceResource[];
  /** Errors since the kernel found it; undefined: nobody counts them. */
  readonly errors: ErrorCounts | undefined;
}

/** A process that has something open. */
export interface Holder {
  /** Its number. */
  readonly pid: number;
  /** Its name, which is its own to choose. */
  readonly command: string;
}

/** A file in /dev/vfio. */
export interface NodeRights {
  /** "/dev/vfio/12". */
  readonly path: string;
  /** The user it belongs to, by name where it has one. */
  readonly owner: string;
  /** Rights, as 0o600. */
  readonly mode: number;
  /** Whether this process may open it. */
  readonly accessible: boolean;
}

/** A group's node. */
export interface NodeDetails extends NodeRights {
  /** Processes that have it open: those that this one may see. */
  readonly holders: readonly Holder[];
}

/** An IOMMU. */
export interface IommuDetails {
  /** "dmar0". */
  readonly name: string;
  /** What it is, in words: "Intel VT-d". */
  readonly kind: string;
  /** Bits of an IOVA that it translates; undefined: the kernel does not tell. */
  readonly addressWidth: number | undefined;
}

/** More about the machine, and what this process may on it. */
export interface SystemDetails {
  /** The kernel's release, as "6.12.41". */
  readonly kernel: string;
  /** The kernel's command line. */
  readonly commandLine: string;
  /** Modules of VFIO and iommufd that are there, loaded or built in: "vfio_pci". */
  readonly modules: readonly string[];
  /** The IOMMUs that the kernel drives. */
  readonly iommus: readonly IommuDetails[];
  /** The firmware's table that describes an IOMMU, as "DMAR"; undefined: it has none, or other words for it. */
  readonly iommuTable: string | undefined;
  /** The node of containers, /dev/vfio/vfio; undefined: it is not there. */
  readonly container: NodeRights | undefined;
  /** How many IOMMU groups there are. */
  readonly groups: number;
  /** Interrupts are remapped, so that a device can raise its own only; undefined: not known. */
  readonly interruptRemapping: boolean | undefined;
  /** VFIO uses devices whose interrupts are not remapped (allow_unsafe_interrupts). */
  readonly unsafeInterrupts: boolean;
  /** Who this process is, by name where there is one. */
  readonly user: string;
  /** This process is root. */
  readonly isRoot: boolean;
  /** Bytes of memory that this process may lock, for DMA; undefined: no limit. */
  readonly memlock: bigint | undefined;
}

/** A line of the kernel's log. */
export interface LogLine {
  /** Counts up from line to line. */
  readonly sequence: number;
  /** Since the machine was switched on. */
  readonly seconds: number;
  /** Text, that of devices and programs among it. */
  readonly text: string;
}
