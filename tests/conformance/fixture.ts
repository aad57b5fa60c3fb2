/** Fixture: what a machine lends the conformance suite. */
import type { Backend } from "../../core/backend.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { Handle } from "../../core/handle.ts";

/** A kernel whose rules the machine obeys; they differ where a case says so. */
export type Kernel = "6.1" | "6.12" | "7.2";

/** The way a program reaches its address space. */
export type Mode = "type1" | "type1v2" | "compat-type1" | "compat-type1v2" | "iommufd";

/** The IOMMU in front of the devices. */
export type IommuKind = "vt-d" | "amd-vi" | "virtio";

/** A part that a device plays. The bridged ones share a group; every other device is alone in its own. */
export type Slot =
  | "edu"
  | "edu2"
  | "nvme"
  | "e1000e"
  | "ivshmem"
  | "bridge-a"
  | "bridge-b"
  | "bridge-c"
  | "vga"
  | "behind-port"
  | "pf";

/** Descriptors of the model, and mappings, that this process holds. */
export interface Holdings {
  readonly descriptors: number;
  readonly mappings: number;
}

/** One machine, as one case sees it. */
export interface Fixture extends Disposable {
  readonly backend: Backend;
  readonly kernel: Kernel;
  readonly mode: Mode;
  readonly iommu: IommuKind;
  /** The address of the device in that part, on vfio-pci; undefined: this machine has none. */
  slot(role: Slot): string | undefined;
  /** What only root can do; absent: this process is not root. */
  readonly control?: HostControl;
  /** The interface below the model; absent: there is none. */
  readonly wire?: Wire;
  /** Bytes that this process has locked (VmLck). */
  lockedMemory(): number;
  /** Lets happen whatever the machine still has to do. */
  settle(): void;
  holdings(): Holdings;
}

/** Who a case acts as. What is not said stays as it is. */
export interface Who {
  readonly uid?: number;
  /** Soft limit of locked memory in bytes. */
  readonly memlock?: number;
  /** Whether CAP_IPC_LOCK is in force. */
  readonly ipcLock?: boolean;
}

/** A write to a driver's `unbind` file that is under way: it returns once the device's last handle is closed. */
export interface UnbindRequest {
  readonly done: boolean;
  /** Waits for it. @returns Whether it was done in time. */
  wait(timeoutMs: number): boolean;
}

/** What root does with the virtual functions of a physical one that vfio-pci has. */
export interface SriovControl {
  /** Writes vfio-pci's parameter enable_sriov. */
  enable(on: boolean): void;
  /** Writes sriov_numvfs. */
  setCount(address: string, count: number): ErrorCode | undefined;
  /** Lists the virtual functions, in their order. */
  list(address: string): string[];
}

/** What root does through sysfs and system calls. Writes give the errno's name, undefined when they worked. */
export interface HostControl {
  /** Writes driver_override; null clears it. */
  driverOverride(address: string, driver: string | null): ErrorCode | undefined;
  /** Reads driver_override, without its newline. */
  readOverride(address: string): string;
  /** Writes the address to /sys/bus/pci/drivers_probe. */
  driversProbe(address: string): ErrorCode | undefined;
  /** Writes the address to the driver's `bind` file. */
  bindFile(address: string, driver: string): ErrorCode | undefined;
  /** Writes a line to the driver's `new_id` file. */
  newId(driver: string, line: string): ErrorCode | undefined;
  /** Takes a line back through the driver's `remove_id` file. */
  removeId(driver: string, line: string): ErrorCode | undefined;
  /** Asks the device's driver to let it go, and returns at once. */
  requestUnbind(address: string): UnbindRequest;
  /** Whether /dev/vfio/N is there. */
  groupNodeExists(group: number): boolean;
  /** Gives /dev/vfio/N to a user. */
  setOwner(group: number, uid: number): void;
  /** The virtual functions of pf. */
  readonly sriov: SriovControl;
  /** Runs `body`, which is synchronous, as somebody else. */
  as<T>(who: Who, body: (backend: Backend) => T): T;
}

/** What a system call gave: its result, or the errno's name. */
export type Answer = number | ErrorCode;

/** The kernel's interface itself, for what the model cannot say. */
export interface Wire {
  /** The number of the handle's descriptor. */
  descriptor(handle: Handle): number;
  /** Makes an ioctl; `argument` is a struct, or the number that is passed in its place (0n: NULL). */
  ioctl(handle: Handle, request: number, argument: Uint8Array<ArrayBuffer> | bigint): Answer;
  read(handle: Handle, into: Uint8Array<ArrayBuffer>): Answer;
  pread(handle: Handle, offset: bigint, into: Uint8Array<ArrayBuffer>): Answer;
  /** Maps and unmaps again. @returns 0, or the errno's name. */
  mmap(handle: Handle, offset: bigint, size: number, protection: number, flags: number): Answer;
  /** Opens a file read-write, runs `body` with its descriptor, closes it. */
  withFile<T>(path: string, body: (descriptor: number) => T): T;
  /** The text of /proc/self/fdinfo for the handle. */
  fdinfo(handle: Handle): string;
  /** Runs `body` with the address of `bytes`, which do not move until it returns. */
  withMemory<T>(bytes: Uint8Array<ArrayBuffer>, body: (address: bigint) => T): T;
  /** Runs `body` with an address that a writable page ends at, and nothing may be touched behind. */
  withEdge<T>(body: (edge: bigint) => T): T;
}
