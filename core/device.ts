/** Device: what an open VFIO device answers. */
import type { Handle } from "./handle.ts";
import type { MemoryFile } from "./memory.ts";
import type { Signal } from "./signal.ts";
import type { Region, RegionInfo } from "./region.ts";
import type { IrqInfo, IrqRequest } from "./irq.ts";
import type { Group } from "./group.ts";
import type { Hwpt, Ioas, Iommufd } from "./iommufd.ts";

/** A capability of VFIO_DEVICE_GET_INFO's chain. */
export interface DeviceCapability {
  /** VFIO_DEVICE_INFO_CAP_ and following; 5: atomic operations. */
  readonly id: number;
  /** Version of its layout. */
  readonly version: number;
  /** What stands behind its header. */
  readonly data: Uint8Array;
}

/** What VFIO_DEVICE_GET_INFO tells. */
export interface DeviceInfo {
  /** How many region indexes there are: 9 on vfio-pci, more with device-specific ones. */
  readonly regions: number;
  /** How many interrupt indexes there are: 5 on vfio-pci. */
  readonly irqs: number;
  /** A function reset works. */
  readonly resettable: boolean;
  /** It is a PCI device. */
  readonly pci: boolean;
  /** The capability chain, in its order. */
  readonly capabilities: readonly DeviceCapability[];
}

/** A device that a hot reset hits. */
export interface HotResetEntry {
  /** Its PCI address. */
  readonly address: string;
  /** Its group, for a device opened through one. */
  readonly group?: number;
  /** Its id in the iommufd: 0 owned without id, 0xffffffff not owned. */
  readonly deviceId?: number;
}

/** What VFIO_DEVICE_GET_PCI_HOT_RESET_INFO tells. */
export interface HotResetInfo {
  /** Every device that is hit. */
  readonly devices: readonly HotResetEntry[];
  /** Entries carry device ids instead of groups (devices opened by their own node). */
  readonly byDeviceId: boolean;
  /** All of them are owned by the caller's iommufd. */
  readonly owned: boolean;
}

/** A request to {@linkcode Device.feature} (VFIO_DEVICE_FEATURE). */
export interface FeatureRequest {
  /** The feature's number. */
  readonly feature: number;
  /** Asks whether the operation would work, and does nothing. */
  readonly probe?: boolean;
  /** Gets a value. */
  readonly get?: boolean;
  /** Sets a value. */
  readonly set?: boolean;
  /** The payload; what a get returns has the same length. */
  readonly data?: Uint8Array<ArrayBuffer>;
  /** A descriptor inside the payload: `null` is -1. */
  readonly signal?: { readonly at: number; readonly signal: Signal | null };
}

/** A stream of migration data. */
export interface DataStream extends Handle {
  /** Reads what has come. @returns Bytes read; 0 at the end. */
  read(into: Uint8Array<ArrayBuffer>): number;
  /** Writes. @returns Bytes written. */
  write(from: Uint8Array<ArrayBuffer>): number;
}

/** What a feature answered. */
export interface FeatureResult {
  /** The payload as the kernel left it. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** The descriptor the feature made: a dma-buf (feature 11) or a migration stream (2). */
  readonly handle?: MemoryFile | DataStream;
}

/** A register write that a signal makes (VFIO_DEVICE_IOEVENTFD). */
export interface IoEventRequest {
  /** Index of a BAR. */
  readonly region: number;
  /** Bytes from the start of the region. */
  readonly offset: number;
  /** Bytes: 1, 2, 4 or 8. */
  readonly width: number;
  /** What is written. */
  readonly data: bigint;
  /** `null` takes the write away. */
  readonly signal: Signal | null;
}

/**
 * An open VFIO device.
 *
 * State is per device, not per handle: a second handle sees the same config space and interrupts. The last close
 * resets the device, which may take a second: `await using` (Symbol.asyncDispose) closes in a thread of its own.
 *
 * @see Linux, drivers/vfio/pci/vfio_pci_core.c
 */
export interface Device extends Handle, AsyncDisposable {
  /** The name it was opened by: its PCI address. */
  readonly name: string;
  /** Tells regions, interrupts and flags (VFIO_DEVICE_GET_INFO). */
  info(): DeviceInfo;
  /** Tells about a region (VFIO_DEVICE_GET_REGION_INFO). @throws {VfioError} `EINVAL` for an unknown index, or VGA where there is none. */
  regionInfo(index: number): RegionInfo;
  /** Gives the window on a region: the same object at every call. Makes no system call and cannot fail. */
  region(index: number): Region;
  /** Tells about an interrupt index (VFIO_DEVICE_GET_IRQ_INFO). @throws {VfioError} `EINVAL` for 5 and more, or ERR on a device without PCI Express. */
  irqInfo(index: number): IrqInfo;
  /**
   * Masks, unmasks, triggers, connects or disables interrupts (VFIO_DEVICE_SET_IRQS).
   *
   * @returns 0, or how many vectors the platform has when that is fewer than asked: nothing is enabled then.
   * @throws {VfioError} `EINVAL` for vectors that are not there, an index while another of INTx, MSI and MSI-X is
   * enabled, a trigger while nothing is enabled; `ENOTTY` for an action the index does not have; `EBADF` for a
   * closed signal; `EBUSY` for a second unmask signal; `ERANGE` for MSI with no signal at all.
   */
  setIrqs(request: IrqRequest): number;
  /**
   * Resets the function (VFIO_DEVICE_RESET). Its config space is saved and restored, interrupts stay as they are.
   *
   * @throws {VfioError} `EINVAL` when the function has no reset; `EAGAIN` under contention.
   */
  reset(): void;
  /** Does what {@linkcode reset} does, in a thread of its own: a reset may take a second, and the event loop lives on. */
  resetAsync(): Promise<void>;
  /** Tells what a hot reset hits. @throws {VfioError} `ENODEV` when the bus or slot cannot be reset. */
  hotResetInfo(): HotResetInfo;
  /**
   * Resets the bus or slot (VFIO_DEVICE_PCI_HOT_RESET).
   *
   * @param groups Every group that is hit; none for devices opened by their own node.
   * @throws {VfioError} `EINVAL` when a device that is hit is not in `groups` or not on vfio-pci; `ENODEV` when there
   * is no such reset; `EBUSY` under contention; `EBADF` for a closed group.
   */
  hotReset(groups: readonly Group[]): void;
  /**
   * Does what {@linkcode hotReset} does, in a thread of its own: a bus takes longer than a function, and the event loop
   * lives on.
   *
   * @param groups As for hotReset(). They have to stay open until it is done: the kernel looks them up meanwhile.
   */
  hotResetAsync(groups: readonly Group[]): Promise<void>;
  /** Asks for, probes or sets a feature (VFIO_DEVICE_FEATURE). @throws {VfioError} `ENOTTY` for a feature that is not there; `EINVAL` for an operation it does not have. */
  feature(request: FeatureRequest): FeatureResult;
  /**
   * Lets a signal write a register (VFIO_DEVICE_IOEVENTFD).
   *
   * @throws {VfioError} `EINVAL` for a region that is no BAR, a range outside it or in the MSI-X table, a bad width;
   * `EEXIST` when that write is there; `ENODEV` when there is none to remove; `ENOSPC` over 1000.
   */
  ioeventfd(request: IoEventRequest): void;
  /**
   * Binds a device opened by its own node to an iommufd (VFIO_DEVICE_BIND_IOMMUFD).
   *
   * @returns The device's id there.
   * @throws {VfioError} `EINVAL` on a device opened through its group, or bound already; `EBUSY` while its group is
   * open; `ENOTTY` on kernels without device nodes.
   */
  bind(iommufd: Iommufd, options?: { readonly token?: string }): number;
  /** Attaches a bound device to an address space; again replaces it. @returns The id of the page table. @throws {VfioError} `ENOENT` for an unknown id. */
  attach(table: Ioas | Hwpt | number): number;
  /** Detaches; the device can then reach nothing. */
  detach(): void;
}
