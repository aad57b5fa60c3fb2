/** ProcessMemory: page-aligned memory of this process, outside of JavaScript's heap. */
import type { MapFileOptions } from "../core/backend.ts";
import { checkAccess } from "../core/checks.ts";
import type { HostMemory, MemoryFile, PageFallback, Protection } from "../core/memory.ts";
import { EBADF, EFAULT, EINVAL, MAP_SHARED } from "./constants_data.ts";
import { descriptorOf } from "./descriptor.ts";
import { fileStatus } from "./files.ts";
import { Pages } from "./host_memory.ts";
import type { PagesRequest } from "./host_memory.ts";
import { libc } from "./libc.ts";
import { physicalAddress } from "./pagemap.ts";
import { systemError } from "./system_error.ts";
import { VolatileMemory } from "./volatile_memory.ts";

const SUBJECT = "memory";

/** What stands behind memory. */
export interface Backing {
  /** Bytes: whole pages. */
  readonly size: number;
  readonly pageSize: number;
  readonly file?: MemoryFile;
  /** The file was made for this memory, and goes with it. */
  readonly ownsFile: boolean;
  /** Pages that it was to have. @default none */
  readonly pageFallbacks?: readonly PageFallback[];
}

/** Memory of this process. */
export class ProcessMemory extends VolatileMemory implements HostMemory {
  readonly vaddr: bigint;
  readonly pageSize: number;
  readonly pageFallbacks: readonly PageFallback[];
  readonly file?: MemoryFile;
  readonly #pages: Pages;
  readonly #backing: Backing;
  #protection: Protection;
  #bytes = new Uint8Array(0);
  #size: number;

  /** Takes mapped pages; {@linkcode mapPages} does it. */
  constructor(pages: Pages, backing: Backing, protection: Protection) {
    super();
    this.vaddr = pages.vaddr;
    this.pageSize = backing.pageSize;
    this.pageFallbacks = backing.pageFallbacks ?? [];
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
  return mapPages(
    { size, protection, flags: MAP_SHARED, fd, offset: BigInt(offset) },
    { size, pageSize, file, ownsFile: false },
  );
}

/**
 * Makes memory of what is mapped.
 *
 * @param transparent Of transparent huge pages, where the kernel can.
 * @throws {VfioError} what mmap(2) and madvise(2) give.
 */
export function mapPages(
  request: Omit<PagesRequest, "subject">,
  backing: Backing,
  transparent: boolean = false,
): ProcessMemory {
  using owned = new DisposableStack();
  const pages = owned.use(new Pages({ ...request, subject: SUBJECT }));
  pages.keepFromChildren();
  if (transparent) {
    pages.preferHuge();
    pages.populate();
  }
  const memory = new ProcessMemory(pages, backing, request.protection);
  owned.move();
  return memory;
}

/** Rounds a size up. */
export function wholePages(size: number, pageSize: number): number {
  return Math.ceil(size / pageSize) * pageSize;
}
