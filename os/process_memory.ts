/** ProcessMemory: page-aligned memory of this process, outside of JavaScript's heap. */
import type { MapFileOptions } from "../core/backend.ts";
import { checkAccess, checkSize } from "../core/checks.ts";
import type { HostMemory, HostMemoryOptions, MemoryFile, Protection } from "../core/memory.ts";
import { EBADF, EFAULT, EINVAL } from "./constants_data.ts";
import {
  MAP_ANONYMOUS,
  MAP_HUGE_2MB,
  MAP_HUGETLB,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_SHARED,
} from "./constants_data.ts";
import { descriptorOf } from "./descriptor.ts";
import { fileStatus } from "./files.ts";
import { Pages } from "./host_memory.ts";
import { libc } from "./libc.ts";
import { createMemory } from "./memory_file.ts";
import { physicalAddress } from "./pagemap.ts";
import { hasCode, systemError } from "./system_error.ts";
import { VolatileMemory } from "./volatile_memory.ts";

const HUGE_PAGE = 0x20_0000;
const SUBJECT = "memory";

/** What stands behind memory. */
interface Backing {
  /** Bytes: whole pages. */
  readonly size: number;
  readonly pageSize: number;
  readonly file?: MemoryFile;
  /** The file was made for this memory, and goes with it. */
  readonly ownsFile: boolean;
}

/** Memory of this process. */
export class ProcessMemory extends VolatileMemory implements HostMemory {
  readonly vaddr: bigint;
  readonly pageSize: number;
  readonly file?: MemoryFile;
  readonly #pages: Pages;
  readonly #backing: Backing;
  #protection: Protection;
  #bytes = new Uint8Array(0);
  #size: number;

  /** Takes mapped pages; {@linkcode allocateMemory} and {@linkcode mapMemory} do it. */
  constructor(pages: Pages, backing: Backing, protection: Protection) {
    super();
    this.vaddr = pages.vaddr;
    this.pageSize = backing.pageSize;
    if (backing.file !== undefined) this.file = backing.file;
    this.#pages = pages;
    this.#backing = backing;
    this.#size = backing.size;
    this.#protection = protection;
    this.#show();
  }

  /** Bytes; 0 after dispose. */
  get size(): number {
    return this.#size;
  }

  /** A view of it, detached on dispose. */
  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#size > 0 && this.#protection !== "read-write") this.admit();
    return this.#bytes;
  }

  /** Changes what this process may do with it; views given out before are detached. */
  protect(protection: Protection): void {
    this.check();
    if (protection === this.#protection) return;
    this.shut();
    try {
      this.#pages.protect(protection);
      this.#protection = protection;
    } finally {
      this.#show();
    }
  }

  /** Tells the physical address of a byte. */
  physicalAddress(offset: number): bigint {
    this.check();
    checkAccess(this.#size, offset, 1);
    return physicalAddress(this.vaddr + BigInt(offset));
  }

  /** Unmaps it. What devices still reach stays with them. Again is a no-op. */
  override [Symbol.dispose](): void {
    if (this.#size === 0) return;
    this.#size = 0;
    this.shut();
    using steps = new DisposableStack();
    if (this.#backing.ownsFile) steps.use(this.file);
    steps.use(this.#pages);
  }

  protected override check(): void {
    if (this.#size === 0) throw systemError(EBADF, "mmap", SUBJECT, { detail: "it is disposed of" });
  }

  protected override admit(): void {
    throw systemError(EFAULT, "mprotect", SUBJECT, { detail: `it is protected: "${this.#protection}"` });
  }

  /** Makes views of what may be both read and written: anything else would end the process at the wrong access. */
  #show(): void {
    if (this.#protection !== "read-write") return;
    const buffer = this.#pages.buffer(this.#size);
    this.#bytes = new Uint8Array(buffer);
    this.use(buffer);
    this.open(true, true);
  }
}

/** Makes zeroed memory. @throws {VfioError} `ENOMEM`; `EMFILE` for shared memory without a descriptor left. */
export function allocateMemory(size: number, options: HostMemoryOptions): ProcessMemory {
  const { protection = "read-write", hugePages = false, shared = false } = options;
  checkSize("size", size);
  const make = shared ? allocateShared : allocatePrivate;
  if (hugePages) {
    try {
      return make(size, HUGE_PAGE, protection);
    } catch (error) {
      // None are free, or this kernel has none.
      if (!hasCode(error, "ENOMEM", "EINVAL", "ENOSYS")) throw error;
    }
  }
  return make(size, libc().getpagesize(), protection);
}

function allocatePrivate(size: number, pageSize: number, protection: Protection): ProcessMemory {
  const backing = { size: wholePages(size, pageSize), pageSize, ownsFile: false };
  const huge = pageSize === HUGE_PAGE ? MAP_HUGETLB | MAP_HUGE_2MB : 0;
  return map(backing, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | huge, -1, 0);
}

function allocateShared(size: number, pageSize: number, protection: Protection): ProcessMemory {
  const bytes = wholePages(size, pageSize);
  using owned = new DisposableStack();
  const file = owned.use(createMemory(bytes, pageSize === HUGE_PAGE));
  const memory = map(
    { size: bytes, pageSize, file, ownsFile: true },
    protection,
    MAP_SHARED | MAP_POPULATE,
    file.fd,
    0,
  );
  owned.move();
  return memory;
}

/**
 * Maps memory that somebody else made.
 *
 * @throws {VfioError} `EINVAL` for a part outside the file, or an unaligned one; `EBADF` when the file is closed.
 */
export function mapMemory(file: MemoryFile, options: MapFileOptions): ProcessMemory {
  const { offset = 0, protection = "read-write" } = options;
  const fd = descriptorOf(file);
  // As it is now: its maker may have changed it, and a page past its end would end this process.
  const { size: whole, blockSize } = fileStatus(fd);
  const pageSize = Math.max(blockSize, libc().getpagesize());
  const size = wholePages(options.size ?? whole - offset, pageSize);
  if (
    !Number.isSafeInteger(offset) || offset < 0 || !(size > 0) || offset + size > wholePages(whole, pageSize)
  ) {
    const detail = `[${offset}, +${size}) is not inside its ${whole} bytes`;
    throw systemError(EINVAL, "mmap", "a memory file", { detail });
  }
  return map({ size, pageSize, file, ownsFile: false }, protection, MAP_SHARED, fd, offset);
}

function map(
  backing: Backing,
  protection: Protection,
  flags: number,
  fd: number,
  offset: number,
): ProcessMemory {
  using owned = new DisposableStack();
  const pages = owned.use(
    new Pages({ size: backing.size, protection, flags, fd, offset: BigInt(offset), subject: SUBJECT }),
  );
  pages.keepFromChildren();
  const memory = new ProcessMemory(pages, backing, protection);
  owned.move();
  return memory;
}

function wholePages(size: number, pageSize: number): number {
  return Math.ceil(size / pageSize) * pageSize;
}
