/** Region: a BAR, the ROM, the config space, the VGA ranges, or what a driver adds. */
import type { AddressedMemory, Memory, Protection } from "./memory.ts";

/** A part of a region that may be mapped. */
export interface SparseArea {
  /** Bytes from the start of the region. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** A capability of VFIO_DEVICE_GET_REGION_INFO's chain. */
export type RegionCapability =
  | { readonly id: "sparse-mmap"; readonly version: number; readonly areas: readonly SparseArea[] }
  | { readonly id: "type"; readonly version: number; readonly type: number; readonly subtype: number }
  | { readonly id: "msix-mappable"; readonly version: number }
  | { readonly id: number; readonly version: number; readonly data: Uint8Array };

/** What VFIO_DEVICE_GET_REGION_INFO tells. */
export interface RegionInfo {
  /** The region's index: 0-5 BARs, 6 ROM, 7 config, 8 VGA, 9 and more device-specific. */
  readonly index: number;
  /** Size in bytes; 0: the region is not there. */
  readonly size: number;
  /** Where the region starts in the device's file: index * 2^40 on Linux's vfio-pci. */
  readonly offset: number;
  /** read() works. */
  readonly readable: boolean;
  /** write() works. */
  readonly writable: boolean;
  /** The region, or the parts that "sparse-mmap" names, may be mapped. */
  readonly mappable: boolean;
  /** The capability chain, in its order. */
  readonly capabilities: readonly RegionCapability[];
}

/** What part of a region to map, and how. */
export interface MapOptions {
  /** Bytes from the start of the region, page-aligned. @default 0 */
  readonly offset?: number;
  /** Bytes. @default the rest of the region */
  readonly size?: number;
  /** What this process may do with it. @default "read-write" */
  readonly protection?: Protection;
}

/**
 * A window on one region of a device, reached through the kernel (pread and pwrite).
 *
 * Making one costs no system call and cannot fail. The eight accesses are one pread or pwrite each; the kernel
 * makes one access of that width of it (64 bits: one access from Linux 6.14 on, two of 32 bits before). Those
 * accesses throw {@linkcode VfioError} as {@linkcode Region.read} does, and `EIO` for a short count.
 *
 * @see Linux, drivers/vfio/pci/vfio_pci_rdwr.c, vfio_pci_config.c
 */
export interface Region extends Memory {
  /** The region's index. */
  readonly index: number;
  /** Asks the kernel about the region. @throws {VfioError} `EINVAL` for an index the device does not have. */
  info(): RegionInfo;
  /**
   * Reads once (pread): at most `into.byteLength` bytes from `offset`.
   *
   * @returns How many bytes were read: fewer at the region's end.
   * @throws {VfioError} `EINVAL` for a region that is absent, an offset at or past its end (BARs), a VGA offset
   * outside its ranges; `EFAULT` past the end of the config space; `EIO` on a memory BAR while memory decoding is
   * off or the device is not in D0; `ENOMEM` on the ROM while memory decoding is off.
   */
  read(offset: number, into: Uint8Array<ArrayBuffer>): number;
  /** Writes once (pwrite). @throws {VfioError} as {@linkcode read}; `EINVAL` on the ROM. */
  write(offset: number, from: Uint8Array<ArrayBuffer>): number;
  /**
   * Maps a part of the region into this process (mmap, MAP_SHARED).
   *
   * @throws {VfioError} `EINVAL` when the region is not mappable, the offset is not page-aligned, the range
   * leaves the region's pages or crosses what "sparse-mmap" allows.
   */
  map(options?: MapOptions): Mapping;
}

/**
 * A mapped part of a BAR.
 *
 * It keeps the device and its group busy until it is disposed of, also after their handles are closed. It never
 * gives out a view: each access checks first that the device decodes memory.
 *
 * Its accesses throw, beside what {@linkcode Memory} says, {@linkcode VfioError} `EIO` while memory decoding is
 * off, the device is in D3hot or in reset: where a bare mapping would end the process with SIGBUS.
 */
export interface Mapping extends AddressedMemory {
  /** Index of the region. */
  readonly region: number;
  /** Bytes from the start of the region. */
  readonly offset: number;
}
