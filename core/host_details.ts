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
}

/** A process that has something open. */
export interface Holder {
  /** Its number. */
  readonly pid: number;
  /** Its name, which is its own to choose. */
  readonly command: string;
}

/** A group's node. */
export interface NodeDetails {
  /** "/dev/vfio/12". */
  readonly path: string;
  /** The user it belongs to, by name where it has one. */
  readonly owner: string;
  /** Rights, as 0o600. */
  readonly mode: number;
  /** Whether this process may open it. */
  readonly accessible: boolean;
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
