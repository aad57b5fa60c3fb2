/** LinuxRegion: a window on a region of a device, through pread(2), pwrite(2) and mmap(2). */
import {
  byteLengthOf,
  checkAccess,
  checkRegionOffset,
  checkSize,
  checkValue,
  isU64,
} from "../../core/checks.ts";
import type { MapOptions, Mapping, Region, RegionInfo } from "../../core/region.ts";
import { EBADF, EINVAL, EIO, MAP_SHARED } from "../../os/constants_data.ts";
import { Pages } from "../../os/host_memory.ts";
import { errno, errnoCell, inPlace, libc } from "../../os/libc.ts";
import { Place } from "../../os/place.ts";
import { hasCode, systemError } from "../../os/system_error.ts";
import { VFIO_PCI_CONFIG_REGION_INDEX } from "../../uapi/vfio.ts";
import { LinuxMapping } from "./mapping.ts";
import type { PhysicalDevice } from "./physical_device.ts";
import { positionOf, startOf } from "./positions.ts";

/** What a region needs of the handle it belongs to. */
export interface RegionOwner {
  readonly fd: number;
  readonly closed: boolean;
  readonly name: string;
  readonly physical: PhysicalDevice;
  regionInfo(index: number): RegionInfo;
}

/** Where single accesses come from and go to. */
const place = new Place(8);

/** A window on a region. */
export class LinuxRegion implements Region {
  readonly index: number;
  readonly #owner: RegionOwner;
  readonly #start: bigint = 0n;
  readonly #calls = inPlace();
  readonly #place = place.pointer;
  readonly #errno = errnoCell();
  /** Its size; 0 as long as the kernel has not told it. */
  #end = 0;
  /** What the kernel told last: it stays so as long as the device is open. */
  #info: RegionInfo | undefined;

  /** Makes the window, without a system call. */
  constructor(owner: RegionOwner, index: number) {
    this.index = index;
    this.#owner = owner;
    this.#start = startOf(index);
  }

  /** Bytes; 0 for a region that is not there, and after the device is closed. */
  get size(): number {
    if (this.#owner.closed) return 0;
    if (this.#end === 0) this.#end = this.#ask()?.size ?? 0;
    return this.#end;
  }

  /** Asks the kernel about the region. */
  info(): RegionInfo {
    return this.#info = this.#owner.regionInfo(this.index);
  }

  /** Reads once. */
  read(offset: number, into: Uint8Array<ArrayBuffer>): number {
    const position = positionOf(this.#start, checkRegionOffset(offset));
    const count = libc().pread(this.#owner.fd, into, BigInt(byteLengthOf("into", into)), position);
    if (count < 0) throw systemError(errno(), "pread", this.#subject);
    return count;
  }

  /** Writes once. */
  write(offset: number, from: Uint8Array<ArrayBuffer>): number {
    const position = positionOf(this.#start, checkRegionOffset(offset));
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
        offset: positionOf(this.#start, offset),
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
    if (offset >>> 0 !== offset || offset > this.#end - 1) this.#admit("pread", offset, 1);
    this.#read(offset, 1, 1n);
    return place.u8[0] ?? 0;
  }

  /** Reads 16 bits. */
  read16(offset: number): number {
    if (offset >>> 0 !== offset || (offset & 1) !== 0 || offset > this.#end - 2) {
      this.#admit("pread", offset, 2);
    }
    this.#read(offset, 2, 2n);
    return place.u16[0] ?? 0;
  }

  /** Reads 32 bits. */
  read32(offset: number): number {
    if (offset >>> 0 !== offset || (offset & 3) !== 0 || offset > this.#end - 4) {
      this.#admit("pread", offset, 4);
    }
    this.#read(offset, 4, 4n);
    return place.u32[0] ?? 0;
  }

  /** Reads 64 bits. */
  read64(offset: number): bigint {
    if (offset >>> 0 !== offset || (offset & 7) !== 0 || offset > this.#end - 8) {
      this.#admit("pread", offset, 8);
    }
    this.#read(offset, 8, 8n);
    return place.u64[0] ?? 0n;
  }

  /** Writes 8 bits. */
  write8(offset: number, value: number): void {
    if (offset >>> 0 !== offset || offset > this.#end - 1) this.#admit("pwrite", offset, 1);
    if (value >>> 0 !== value || value > 0xff) checkValue(value, 1);
    place.u8[0] = value;
    this.#write(offset, 1, 1n);
  }

  /** Writes 16 bits. */
  write16(offset: number, value: number): void {
    if (offset >>> 0 !== offset || (offset & 1) !== 0 || offset > this.#end - 2) {
      this.#admit("pwrite", offset, 2);
    }
    if (value >>> 0 !== value || value > 0xffff) checkValue(value, 2);
    place.u16[0] = value;
    this.#write(offset, 2, 2n);
  }

  /** Writes 32 bits. */
  write32(offset: number, value: number): void {
    if (offset >>> 0 !== offset || (offset & 3) !== 0 || offset > this.#end - 4) {
      this.#admit("pwrite", offset, 4);
    }
    if (value >>> 0 !== value) checkValue(value, 4);
    place.u32[0] = value;
    this.#write(offset, 4, 4n);
  }

  /** Writes 64 bits. */
  write64(offset: number, value: bigint): void {
    if (offset >>> 0 !== offset || (offset & 7) !== 0 || offset > this.#end - 8) {
      this.#admit("pwrite", offset, 8);
    }
    if (!isU64(value)) checkValue(value, 8);
    place.u64[0] = value;
    this.#write(offset, 8, 8n);
  }

  #read(offset: number, bytes: number, count: bigint): void {
    const position = positionOf(this.#start, offset);
    const result = this.#calls.pread(this.#owner.fd, this.#place, count, position);
    if (result !== bytes) throw this.#short(this.#errno[0] ?? 0, result, "pread");
  }

  #write(offset: number, bytes: number, count: bigint): void {
    this.#guard();
    const position = positionOf(this.#start, offset);
    const result = this.#calls.pwrite(this.#owner.fd, this.#place, count, position);
    if (result !== bytes) throw this.#short(this.#errno[0] ?? 0, result, "pwrite");
  }

  /** Says what is wrong with an access, or that the region is as big as it needs. */
  #admit(operation: "pread" | "pwrite", offset: number, bytes: 1 | 2 | 4 | 8): void {
    if (this.#owner.closed) throw this.#disposed(operation);
    checkAccess(this.size, offset, bytes);
  }

  /** Before any write to the config space: it may stop the device's decoding of memory. */
  #guard(): void {
    if (this.index === VFIO_PCI_CONFIG_REGION_INDEX) this.#owner.physical.doubt();
  }

  #disposed(operation: string): Error {
    return systemError(EBADF, operation, this.#subject, { detail: "the device is disposed of" });
  }

  #short(number: number, result: number, operation: string): Error {
    if (this.#owner.closed) return this.#disposed(operation);
    if (result < 0) return systemError(number, operation, this.#subject);
    return systemError(EIO, operation, this.#subject, { detail: `it stopped after ${result} bytes` });
  }

  /** The region's info; undefined when there is no such region, which is then the kernel's to say. */
  #ask(): RegionInfo | undefined {
    try {
      return this.#info ?? this.info();
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
