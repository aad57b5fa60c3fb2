/** LinuxRegion: a window on a region of a device, through pread(2), pwrite(2) and mmap(2). */
import { byteLengthOf, checkAccess, checkRegionOffset, checkSize, checkValue } from "../../core/checks.ts";
import type { MapOptions, Mapping, Region, RegionInfo } from "../../core/region.ts";
import { EBADF, EINVAL, EIO, MAP_SHARED } from "../../os/constants_data.ts";
import { Pages } from "../../os/host_memory.ts";
import { errno, libc } from "../../os/libc.ts";
import { hasCode, systemError } from "../../os/system_error.ts";
import { VFIO_PCI_CONFIG_REGION_INDEX } from "../../uapi/vfio.ts";
import { LinuxMapping } from "./mapping.ts";
import type { PhysicalDevice } from "./physical_device.ts";

/** What a region needs of the handle it belongs to. */
export interface RegionOwner {
  readonly fd: number;
  readonly closed: boolean;
  readonly name: string;
  readonly physical: PhysicalDevice;
  regionInfo(index: number): RegionInfo;
}

/** vfio-pci keeps the region's index above the offset. @see Linux, include/linux/vfio_pci_core.h */
const OFFSET_SHIFT = 40n;
/** No device has a region of this index or one above: they would not fit into an offset. */
const NO_REGION = 0x7f_ffff;

/** Tells where a region starts in the device's file. */
export function startOf(index: number): bigint {
  return BigInt(Math.min(index, NO_REGION)) << OFFSET_SHIFT;
}

/** Where single accesses come from and go to: system calls are synchronous, so one place is enough. */
const quad = new BigUint64Array(1);
const word = new Uint32Array(quad.buffer);
const half = new Uint16Array(quad.buffer);
const byte = new Uint8Array(quad.buffer);

/** A window on a region. */
export class LinuxRegion implements Region {
  readonly index: number;
  readonly #owner: RegionOwner;
  /** Where it starts in the device's file. */
  readonly #start: bigint;
  /** Undefined until it is asked for. */
  #size: number | undefined;

  /** Makes the window, without a system call. */
  constructor(owner: RegionOwner, index: number) {
    this.index = index;
    this.#owner = owner;
    this.#start = startOf(index);
  }

  /** Bytes; 0 for a region that is not there, and after the device is closed. */
  get size(): number {
    return this.#owner.closed ? 0 : (this.#size ??= this.#ask()?.size) ?? 0;
  }

  /** Asks the kernel about the region. */
  info(): RegionInfo {
    return this.#owner.regionInfo(this.index);
  }

  /** Reads once. */
  read(offset: number, into: Uint8Array<ArrayBuffer>): number {
    const position = this.#start + BigInt(checkRegionOffset(offset));
    const count = libc().pread(this.#owner.fd, into, BigInt(byteLengthOf("into", into)), position);
    if (count < 0) throw systemError(errno(), "pread", this.#subject);
    return count;
  }

  /** Writes once. */
  write(offset: number, from: Uint8Array<ArrayBuffer>): number {
    const position = this.#start + BigInt(checkRegionOffset(offset));
    const size = BigInt(byteLengthOf("from", from));
    this.#guard();
    const count = libc().pwrite(this.#owner.fd, from, size, position);
    if (count < 0) throw systemError(errno(), "pwrite", this.#subject);
    return count;
  }

  /** Maps a part of the region. */
  map(options: MapOptions = {}): Mapping {
    const { offset = 0, size: wanted, protection = "read-write" } = options;
    checkRegionOffset(offset);
    const info = this.#ask();
    const rest = Math.max(0, (info?.size ?? 0) - offset);
    // 0 is the kernel's to refuse, as an absent region's size is.
    const size = wanted === undefined ? rest : wanted === 0 ? 0 : checkSize("size", wanted);
    const subject = this.#subject;
    if (!isAllowed(info, offset, size)) {
      const detail = `[${offset}, +${size}) is not inside an area that may be mapped`;
      throw systemError(EINVAL, "mmap", subject, { detail });
    }
    using owned = new DisposableStack();
    const pages = owned.use(
      new Pages({
        size,
        protection,
        flags: MAP_SHARED,
        fd: this.#owner.fd,
        offset: this.#start + BigInt(offset),
        subject,
      }),
    );
    const part = { region: this.index, offset, size: Math.min(size, rest), protection, subject };
    const mapping = new LinuxMapping(pages, this.#owner.physical, part);
    owned.move();
    return mapping;
  }

  /** Reads 8 bits. */
  read8(offset: number): number {
    this.#read(offset, 1, 1n);
    return byte[0] ?? 0;
  }

  /** Reads 16 bits. */
  read16(offset: number): number {
    this.#read(offset, 2, 2n);
    return half[0] ?? 0;
  }

  /** Reads 32 bits. */
  read32(offset: number): number {
    this.#read(offset, 4, 4n);
    return word[0] ?? 0;
  }

  /** Reads 64 bits. */
  read64(offset: number): bigint {
    this.#read(offset, 8, 8n);
    return quad[0] ?? 0n;
  }

  /** Writes 8 bits. */
  write8(offset: number, value: number): void {
    this.#checkWrite(offset, value, 1);
    byte[0] = value;
    this.#write(offset, 1, 1n);
  }

  /** Writes 16 bits. */
  write16(offset: number, value: number): void {
    this.#checkWrite(offset, value, 2);
    half[0] = value;
    this.#write(offset, 2, 2n);
  }

  /** Writes 32 bits. */
  write32(offset: number, value: number): void {
    this.#checkWrite(offset, value, 4);
    word[0] = value;
    this.#write(offset, 4, 4n);
  }

  /** Writes 64 bits. */
  write64(offset: number, value: bigint): void {
    this.#checkWrite(offset, value, 8);
    quad[0] = value;
    this.#write(offset, 8, 8n);
  }

  #read(offset: number, bytes: 1 | 2 | 4 | 8, count: bigint): void {
    this.#check("pread");
    checkAccess(this.size, offset, bytes);
    const result = libc().pread(this.#owner.fd, quad, count, this.#start + BigInt(offset));
    if (result !== bytes) throw this.#short(errno(), result, "pread");
  }

  #checkWrite(offset: number, value: number | bigint, bytes: 1 | 2 | 4 | 8): void {
    this.#check("pwrite");
    checkAccess(this.size, offset, bytes);
    checkValue(value, bytes);
  }

  #write(offset: number, bytes: number, count: bigint): void {
    this.#guard();
    const result = libc().pwrite(this.#owner.fd, quad, count, this.#start + BigInt(offset));
    if (result !== bytes) throw this.#short(errno(), result, "pwrite");
  }

  #check(operation: string): void {
    if (!this.#owner.closed) return;
    throw systemError(EBADF, operation, this.#subject, { detail: "the device is disposed of" });
  }

  /** Before any write to the config space: it may stop the device's decoding of memory. */
  #guard(): void {
    if (this.index === VFIO_PCI_CONFIG_REGION_INDEX) this.#owner.physical.doubt();
  }

  #short(number: number, result: number, operation: string): Error {
    if (result < 0) return systemError(number, operation, this.#subject);
    return systemError(EIO, operation, this.#subject, { detail: `it stopped after ${result} bytes` });
  }

  /** The region's info; undefined when there is no such region, which is then the kernel's to say. */
  #ask(): RegionInfo | undefined {
    try {
      return this.info();
    } catch (error) {
      if (hasCode(error, "EINVAL", "EBADF")) return undefined;
      throw error;
    }
  }

  get #subject(): string {
    return `region ${this.index} of ${this.#owner.name}`;
  }
}

/** Whether the areas of "sparse-mmap" allow a mapping; without them the kernel decides. */
function isAllowed(info: RegionInfo | undefined, offset: number, size: number): boolean {
  const sparse = info?.capabilities.find((capability) => capability.id === "sparse-mmap");
  if (sparse === undefined || !("areas" in sparse)) return true;
  return sparse.areas.some((area) => offset >= area.offset && offset + size <= area.offset + area.size);
}
