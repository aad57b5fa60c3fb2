/** EmulatedMemory: memory of an emulated process. */
import { checkAccess, checkValue } from "../../core/checks.ts";
import type { HostMemory, MemoryFile, PageFallback, Protection } from "../../core/memory.ts";
import { badDescriptor, kernelError } from "./kernel_error.ts";
import type { Extent } from "./physical_memory.ts";
import { PAGE } from "./physical_memory.ts";
import type { Area, Backing, ProcessMemory } from "./process_memory.ts";

/** What memory needs of the process whose it is. */
export interface MemoryOwner {
  readonly memory: ProcessMemory;
  /** May look up physical addresses: CAP_SYS_ADMIN. */
  readonly seesPhysical: boolean;
}

/** RAM behind a range of addresses. */
class RamBacking implements Backing {
  readonly counts = true;
  readonly #extent: Extent;
  readonly #offset: number;

  constructor(extent: Extent, offset: number) {
    this.#extent = extent;
    this.#offset = offset;
  }

  physical(): number {
    return this.#extent.physical + this.#offset;
  }

  acquire(): void {
    this.#extent.acquire();
  }

  release(): void {
    this.#extent.release();
  }
}

/**
 * Memory of an emulated process.
 *
 * When two memories map one file, disposing of either detaches the views that `bytes` of the other gave out before;
 * `bytes` gives a new one.
 */
export class EmulatedMemory implements HostMemory {
  readonly vaddr: bigint;
  readonly pageSize: number;
  readonly pageFallbacks: readonly PageFallback[];
  readonly file?: MemoryFile;
  readonly #owner: MemoryOwner;
  readonly #extent: Extent;
  readonly #offset: number;
  readonly #area: Area;
  #size: number;
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  /** Maps `size` bytes of `extent` from `offset` on; a process does it. */
  constructor(
    owner: MemoryOwner,
    extent: Extent,
    where: { readonly offset: number; readonly size: number; readonly protection: Protection },
    options: {
      readonly pageSize: number;
      readonly pageFallbacks?: readonly PageFallback[];
      readonly file?: MemoryFile;
    },
  ) {
    this.#owner = owner;
    this.#extent = extent;
    this.#offset = where.offset;
    this.#size = where.size;
    this.#area = owner.memory.map(new RamBacking(extent, where.offset), where.size, where.protection);
    if (options.file !== undefined) this.file = options.file;
    this.vaddr = BigInt(this.#area.vaddr);
    this.pageSize = options.pageSize;
    this.pageFallbacks = options.pageFallbacks ?? [];
  }

  /** Bytes; 0 after dispose. */
  get size(): number {
    return this.#size;
  }

  /** A view of it, detached on dispose. */
  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#size === 0) return new Uint8Array(0);
    this.#allow("read-write");
    if (this.#bytes === undefined || this.#bytes.length === 0) {
      this.#bytes = new Uint8Array(this.#extent.bytes.buffer, this.#offset, this.#size);
    }
    return this.#bytes;
  }

  /** Changes what the process may do with it; views taken before are detached unless it stays readable and writable. */
  protect(protection: Protection): void {
    this.#check();
    this.#area.protection = protection;
    if (protection !== "read-write") this.#extent.detachViews();
  }

  /** Tells the physical address of a byte. */
  physicalAddress(offset: number): bigint {
    this.#check();
    checkAccess(this.#size, offset, 1);
    if (!this.#owner.seesPhysical) {
      throw kernelError("EPERM", "pread", "/proc/self/pagemap", "without CAP_SYS_ADMIN");
    }
    return BigInt(this.#extent.physical + this.#offset + offset);
  }

  /** Reads 8 bits. */
  read8(offset: number): number {
    return this.#read(offset, 1).getUint8(this.#offset + offset);
  }

  /** Reads 16 bits. */
  read16(offset: number): number {
    return this.#read(offset, 2).getUint16(this.#offset + offset, true);
  }

  /** Reads 32 bits. */
  read32(offset: number): number {
    return this.#read(offset, 4).getUint32(this.#offset + offset, true);
  }

  /** Reads 64 bits. */
  read64(offset: number): bigint {
    return this.#read(offset, 8).getBigUint64(this.#offset + offset, true);
  }

  /** Writes 8 bits. */
  write8(offset: number, value: number): void {
    this.#write(offset, value, 1).setUint8(this.#offset + offset, value);
  }

  /** Writes 16 bits. */
  write16(offset: number, value: number): void {
    this.#write(offset, value, 2).setUint16(this.#offset + offset, value, true);
  }

  /** Writes 32 bits. */
  write32(offset: number, value: number): void {
    this.#write(offset, value, 4).setUint32(this.#offset + offset, value, true);
  }

  /** Writes 64 bits. */
  write64(offset: number, value: bigint): void {
    this.#write(offset, value, 8).setBigUint64(this.#offset + offset, value, true);
  }

  /** Unmaps it. What devices still reach stays with them. Again is a no-op. */
  [Symbol.dispose](): void {
    if (this.#size === 0) return;
    this.#size = 0;
    this.#extent.detachViews();
    this.#owner.memory.unmap(this.#area);
    this.file?.[Symbol.dispose]();
  }

  #read(offset: number, bytes: 1 | 2 | 4 | 8): DataView {
    this.#check();
    checkAccess(this.#size, offset, bytes);
    this.#allow("read-write");
    return this.#extent.view;
  }

  #write(offset: number, value: number | bigint, bytes: 1 | 2 | 4 | 8): DataView {
    this.#check();
    checkAccess(this.#size, offset, bytes);
    checkValue(value, bytes);
    this.#allow("read-write");
    return this.#extent.view;
  }

  #check(): void {
    if (this.#size === 0) throw badDescriptor("mmap", "memory");
  }

  #allow(protection: Protection): void {
    if (this.#area.protection === protection) return;
    throw kernelError("EFAULT", "mprotect", "memory", `it is protected: "${this.#area.protection}"`);
  }
}

/** Rounds up to whole pages. */
export function wholePages(size: number, page: number = PAGE): number {
  return Math.ceil(size / page) * page;
}
