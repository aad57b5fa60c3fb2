/** Memory: the eight accesses, and what can stand behind a DMA mapping. */
import type { Handle } from "./handle.ts";

/**
 * Something that answers reads and writes of 8, 16, 32 and 64 bits: a region, a mapped BAR, a DMA buffer.
 *
 * Guarantees: each call makes exactly one access of exactly that width, in program order, never merged with
 * another and never dropped, also when the result is unused. Offsets are bytes from the start of the memory.
 * Values are little-endian, as PCI is.
 *
 * Every method throws
 * - `RangeError` when the offset is negative, fractional, not a multiple of the access width or out of bounds,
 *   or when a written value does not fit the width;
 * - {@linkcode VfioError} `EBADF` after dispose of the memory or of its owner.
 */
export interface Memory {
  /** Size in bytes; 0 after dispose. */
  readonly size: number;
  /** Reads 8 bits. */
  read8(offset: number): number;
  /** Reads 16 bits; `offset` is a multiple of 2. */
  read16(offset: number): number;
  /** Reads 32 bits, unsigned; `offset` is a multiple of 4. */
  read32(offset: number): number;
  /** Reads 64 bits, unsigned; `offset` is a multiple of 8. */
  read64(offset: number): bigint;
  /** Writes 8 bits, 0 to 0xff. */
  write8(offset: number, value: number): void;
  /** Writes 16 bits, 0 to 0xffff. */
  write16(offset: number, value: number): void;
  /** Writes 32 bits, 0 to 0xffffffff. */
  write32(offset: number, value: number): void;
  /** Writes 64 bits, 0 to 2^64 - 1. */
  write64(offset: number, value: bigint): void;
}

/** What this process may do with memory (mmap's PROT_ flags). */
export type Protection = "none" | "read" | "write" | "read-write";

/** Memory that has an address in this process, and so can be the source of a DMA mapping. */
export interface AddressedMemory extends Memory, Disposable {
  /** Address in this process. It stays readable after dispose, as a number that is no longer mapped. */
  readonly vaddr: bigint;
}

/** How {@linkcode Backend.allocate} makes memory. */
export interface HostMemoryOptions {
  /** What this process may do with it. @default "read-write" */
  readonly protection?: Protection;
  /**
   * Asks for huge pages: such of 1 GiB where they make up the memory with nothing left over, else of 2 MiB, which the
   * size is rounded up to; when none are free, for transparent ones, which the kernel puts together where it can; else
   * for ordinary ones. `HostMemory.pageSize` tells what it became, `pageFallbacks` why nothing bigger.
   *
   * @default false
   */
  readonly hugePages?: boolean;
  /** Makes the memory of a file (memfd), so that it can be handed on as {@linkcode HostMemory.file}. @default false */
  readonly shared?: boolean;
}

/** Huge pages that were asked for in vain. */
export interface PageFallback {
  /** Which. */
  readonly pages: "1 GiB" | "2 MiB" | "transparent";
  /** Why there were none, and what helps: "1 are needed, 0 of 0 are free: ...". */
  readonly reason: string;
}

/** Page-aligned memory of this process, outside the JavaScript heap: it never moves. */
export interface HostMemory extends AddressedMemory {
  /**
   * A view of the whole memory; detached (length 0) on dispose.
   *
   * A device may write it at any time: copy out what came from a device before parsing it, and read a word that
   * the device signals completion with through the eight accesses.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of the pages that back the memory for certain: transparent huge pages come and go, and do not show here. */
  readonly pageSize: number;
  /** The huge pages that it was to have and has not, the largest first; empty when none were asked for. */
  readonly pageFallbacks: readonly PageFallback[];
  /** The file behind the memory, when it was made with `shared` or from a file. */
  readonly file?: MemoryFile;
  /**
   * Changes what this process may do with the memory.
   *
   * While the memory is not readable and writable its accesses throw {@linkcode VfioError} `EFAULT` instead of
   * ending the process, and `bytes` throws too.
   */
  protect(protection: Protection): void;
  /**
   * Tells the physical address of a byte, for devices without an IOMMU.
   *
   * @throws {VfioError} `EPERM` without CAP_SYS_ADMIN; `ENXIO` while the page is not present.
   * @see Linux, Documentation/admin-guide/mm/pagemap.rst
   */
  physicalAddress(offset: number): bigint;
}

/** A file that is memory: a memfd, or a dma-buf that stands for a part of a BAR. */
export interface MemoryFile extends Handle {
  /** What kind of file it is. */
  readonly kind: "memfd" | "dma-buf";
  /** Size in bytes. */
  readonly size: number;
}
