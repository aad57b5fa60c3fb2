/**
 * Pages: memory that mmap(2) gives, as one ArrayBuffer at a time.
 *
 * Rules of this file:
 * - there is never more than one ArrayBuffer over the same pages, and the pointer stays here: detaching one buffer
 *   would leave another, or the pointer, alive.
 * - `transfer(0)` comes before munmap(2) and mprotect(2): then no view reaches pages that are gone. Any other length
 *   would copy, and so read the pages, which may be registers.
 * - mmap(2) fails with -1, which is not a null pointer.
 */
import type { Protection } from "../core/memory.ts";
import {
  MADV_DONTFORK,
  MADV_HUGEPAGE,
  MADV_POPULATE_WRITE,
  MAP_ANONYMOUS,
  MAP_PRIVATE,
  PROT_NONE,
  PROT_READ,
  PROT_WRITE,
} from "./constants_data.ts";
import { errno, libc } from "./libc.ts";
import { systemError } from "./system_error.ts";

const FAILED = 0xffff_ffff_ffff_ffffn;

/** The longest memory that is mapped in one piece: an offset in it is a 32-bit integer, which is checked at no cost. */
export const LONGEST = 2 ** 32;

const PROTECTIONS: Readonly<Record<Protection, number>> = {
  "none": PROT_NONE,
  "read": PROT_READ,
  "write": PROT_WRITE,
  "read-write": PROT_READ | PROT_WRITE,
};

/** What to map. */
export interface PagesRequest {
  /** Bytes; the kernel rounds up to whole pages. */
  readonly size: number;
  /** A multiple of this many bytes is wished for as their address. */
  readonly alignment?: number;
  readonly protection: Protection;
  /** MAP_ flags. */
  readonly flags: number;
  /** Descriptor of what is mapped; -1 for anonymous memory. */
  readonly fd: number;
  /** Where in the file it begins. */
  readonly offset: bigint;
  /** What it is called in errors. */
  readonly subject: string;
}

/** Mapped pages. */
export class Pages implements Disposable {
  /** Their address, which stays readable as a number after dispose. */
  readonly vaddr: bigint;
  readonly #size: number;
  readonly #subject: string;
  #buffer: ArrayBuffer | undefined;
  #mapped = true;

  /**
   * Maps pages.
   *
   * @throws {VfioError} what mmap(2) gives.
   * @throws {RangeError} for more than {@linkcode LONGEST} bytes.
   */
  constructor(request: PagesRequest) {
    const { size, alignment = 1, protection, flags, fd, offset, subject } = request;
    if (size > LONGEST) throw new RangeError(`Cannot map ${size} bytes of ${subject}: map 4 GiB at a time`);
    const wish = alignment > 1 ? findRoom(size, alignment) : 0n;
    const vaddr = libc().mmap(wish, BigInt(size), PROTECTIONS[protection], flags, fd, offset);
    if (vaddr === FAILED) throw systemError(errno(), "mmap", subject);
    this.vaddr = vaddr;
    this.#size = size;
    this.#subject = subject;
  }

  /** Gives the first `size` bytes as a buffer; the one that was given before is detached. */
  buffer(size: number): ArrayBuffer {
    this.detach();
    const pointer = Deno.UnsafePointer.create(this.vaddr);
    if (!this.#mapped || pointer === null) return new ArrayBuffer(0);
    return this.#buffer = Deno.UnsafePointerView.getArrayBuffer(pointer, size);
  }

  /** Detaches the buffer: all views of it have length 0 from here on. */
  detach(): void {
    this.#buffer?.transfer(0);
    this.#buffer = undefined;
  }

  /** Changes what this process may do with the pages, and detaches their buffer. @throws {VfioError} what mprotect(2) gives. */
  protect(protection: Protection): void {
    this.detach();
    if (libc().mprotect(this.vaddr, BigInt(this.#size), PROTECTIONS[protection]) < 0) {
      throw systemError(errno(), "mprotect", this.#subject);
    }
  }

  /** Keeps the pages from child processes, whose copies a device would not reach. @throws {VfioError} what madvise(2) gives. */
  keepFromChildren(): void {
    this.#advise(MADV_DONTFORK);
  }

  /** Lets the kernel put huge pages together here, before there are any. @throws {VfioError} what madvise(2) gives. */
  preferHuge(): void {
    this.#advise(MADV_HUGEPAGE);
  }

  /** Has the kernel find all of the pages now, where it can, as MAP_POPULATE does. */
  populate(): void {
    libc().madvise(this.vaddr, BigInt(this.#size), MADV_POPULATE_WRITE);
  }

  #advise(advice: number): void {
    if (libc().madvise(this.vaddr, BigInt(this.#size), advice) < 0) {
      throw systemError(errno(), "madvise", this.#subject);
    }
  }

  /** Detaches the buffer and unmaps the pages. Again is a no-op. */
  [Symbol.dispose](): void {
    if (!this.#mapped) return;
    this.#mapped = false;
    this.detach();
    if (libc().munmap(this.vaddr, BigInt(this.#size)) < 0) {
      throw systemError(errno(), "munmap", this.#subject);
    }
  }
}

/** Finds an aligned address that is free; 0: anywhere. Another thread may take it first: it is a wish. */
function findRoom(size: number, alignment: number): bigint {
  const room = BigInt(size + alignment);
  const start = libc().mmap(0n, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0n);
  if (start === FAILED) return 0n;
  libc().munmap(start, room);
  const unit = BigInt(alignment);
  return (start + unit - 1n) / unit * unit;
}
