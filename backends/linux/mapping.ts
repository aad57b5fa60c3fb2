/** LinuxMapping: a mapped part of a BAR, under the mapping guard. */
import type { Protection } from "../../core/memory.ts";
import type { Mapping } from "../../core/region.ts";
import { EBADF, EFAULT, EIO } from "../../os/constants_data.ts";
import type { Pages } from "../../os/host_memory.ts";
import { systemError } from "../../os/system_error.ts";
import { VolatileMemory } from "../../os/volatile_memory.ts";
import type { Access } from "../../os/volatile_memory.ts";
import type { Guarded, PhysicalDevice } from "./physical_device.ts";

/** What is mapped. */
export interface MappedPart {
  readonly region: number;
  /** Bytes from the start of the region. */
  readonly offset: number;
  /** Bytes of the region: of a small BAR's page, what lies behind it is nobody's. */
  readonly size: number;
  readonly protection: Protection;
  /** What it is called in errors. */
  readonly subject: string;
}

/** A mapping. */
export class LinuxMapping extends VolatileMemory implements Mapping, Guarded {
  readonly region: number;
  readonly offset: number;
  readonly vaddr: bigint;
  readonly #pages: Pages;
  readonly #device: PhysicalDevice;
  readonly #part: MappedPart;
  #mapped = true;

  /** Takes mapped pages; a region does it. */
  constructor(pages: Pages, device: PhysicalDevice, part: MappedPart) {
    super();
    this.region = part.region;
    this.offset = part.offset;
    this.vaddr = pages.vaddr;
    this.#pages = pages;
    this.#device = device;
    this.#part = part;
    this.use(pages.buffer(part.size));
    device.cover(this);
  }

  /** Bytes; 0 after dispose. */
  get size(): number {
    return this.#mapped ? this.#part.size : 0;
  }

  /** Sends the next access through the guard. */
  block(): void {
    this.shut();
  }

  /** Unmaps. Again is a no-op. */
  override [Symbol.dispose](): void {
    if (!this.#mapped) return;
    this.#mapped = false;
    this.shut();
    using steps = new DisposableStack();
    steps.defer(() => this.#device.uncover(this));
    steps.use(this.#pages);
  }

  protected override check(): void {
    if (this.#mapped) return;
    throw systemError(EBADF, "mmap", this.#part.subject, { detail: "it is disposed of" });
  }

  protected override admit(access: Access): void {
    const { protection, subject } = this.#part;
    const readable = protection === "read" || protection === "read-write";
    const writable = protection === "write" || protection === "read-write";
    if (!(access === "read" ? readable : writable)) {
      throw systemError(EFAULT, "mmap", subject, { detail: `it is protected: "${protection}"` });
    }
    const refusal = this.#device.refusal();
    if (refusal !== undefined) {
      const operation = access === "read" ? "pread" : "pwrite";
      throw systemError(EIO, operation, subject, { detail: refusal });
    }
    this.open(readable, writable);
  }
}
