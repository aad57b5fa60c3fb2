/** Memory that devices reach: made by the address space, or made elsewhere and mapped into it. */
import { VfioError } from "../core/errors.ts";
import type { AddressedMemory, HostMemory } from "../core/memory.ts";
import type { DmaSpace, Iova } from "../core/iommu_driver.ts";
import type { IovaAllocator } from "../iommu/iova_allocator.ts";

/** Where a mapping goes, and what devices may do with it. */
export interface DmaOptions {
  /** Exactly there, instead of where the address space likes. */
  readonly iova?: Iova;
  /** The last address may not lie above: what the device can address, as 0xfff_ffffn for 28 bits. */
  readonly maxIova?: Iova;
  /** The iova is a multiple of it. A power of two. @default the smallest page; for huge pages, when the place is open, their size */
  readonly alignment?: number;
  /** Devices may read. @default true */
  readonly read?: boolean;
  /** Devices may write. @default true */
  readonly write?: boolean;
}

/** What a mapping needs of its address space. */
export interface DmaContext {
  /** The IOMMU that mappings are made in. */
  readonly dma: DmaSpace;
  /** Who has which IOVA. */
  readonly allocator: IovaAllocator;
  /** Bytes of the IOMMU's smallest page. */
  readonly pageSize: number;
  /** Called once, when the mapping is gone. */
  readonly ended: (mapping: Disposable) => void;
}

/**
 * Memory mapped for devices, for as long as it is not disposed of.
 *
 * It does not own the memory: dispose of the mapping first. (If the memory goes first, its pages stay pinned and
 * devices still reach them, and nothing else.)
 */
export class DmaMapping implements Disposable {
  /** Where devices find the memory. */
  readonly iova: Iova;
  /** Bytes. */
  readonly size: number;
  readonly #context: DmaContext;
  #ended = false;

  /** Maps `memory`; made by {@linkcode AddressSpace.map}. */
  constructor(context: DmaContext, memory: AddressedMemory, options: DmaOptions = {}) {
    const { iova, maxIova, alignment = context.pageSize, read = true, write = true } = options;
    const { size, vaddr } = memory;
    if (size === 0) throw disposedMemory();
    const request = {
      size: BigInt(size),
      alignment: BigInt(alignment),
      ...(iova === undefined ? {} : { iova }),
      ...(maxIova === undefined ? {} : { maxIova }),
    };
    this.iova = context.allocator.allocate(request);
    try {
      context.dma.map({ iova: this.iova, vaddr, size: request.size, read, write });
    } catch (error) {
      context.allocator.release(this.iova);
      throw error;
    }
    this.size = size;
    this.#context = context;
  }

  /** Whether the mapping has ended. */
  get closed(): boolean {
    return this.#ended;
  }

  /**
   * Ends the mapping. Again is a no-op.
   *
   * @throws {VfioError} `EIO` when the kernel had less mapped there than was mapped: a part of it was unmapped
   * behind the address space's back.
   */
  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#ended = true;
    const { dma, allocator, ended } = this.#context;
    ended(this);
    const size = BigInt(this.size);
    const unmapped = unmap(dma, this.iova, size);
    allocator.release(this.iova);
    if (unmapped === size) return;
    throw new VfioError({
      code: "EIO",
      operation: "VFIO_IOMMU_UNMAP_DMA",
      subject: `0x${this.iova.toString(16)}`,
      detail: `only ${unmapped} of ${this.size} bytes were still mapped`,
    });
  }
}

/**
 * Memory that this process and the devices of an address space share.
 *
 * While it lives its pages are pinned, and devices read and write it at {@linkcode iova} at any time. So a word that
 * a device signals with is read by the eight accesses (each reads memory anew), and what a device wrote is
 * copied out of {@linkcode bytes} before it is parsed. Dispose ends the mapping and frees the memory.
 */
export class DmaBuffer implements AddressedMemory {
  readonly #memory: HostMemory;
  readonly #mapping: DmaMapping;

  /** Maps `memory` and owns both from then on; made by {@linkcode AddressSpace.allocate}. */
  constructor(context: DmaContext, memory: HostMemory, options: DmaOptions = {}) {
    const { ended, pageSize } = context;
    const { alignment = options.iova === undefined ? Math.max(memory.pageSize, pageSize) : pageSize } =
      options;
    this.#memory = memory;
    this.#mapping = new DmaMapping({ ...context, ended: () => ended(this) }, memory, {
      ...options,
      alignment,
    });
  }

  /** Where devices find the buffer; programs hand it to the device. */
  get iova(): Iova {
    return this.#mapping.iova;
  }

  /** Where this process has the buffer: nothing a device could use. */
  get vaddr(): bigint {
    return this.#memory.vaddr;
  }

  /** Bytes, whole pages; 0 after dispose. */
  get size(): number {
    return this.#memory.size;
  }

  /** A view of the buffer; detached (length 0) after dispose. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.bytes;
  }

  /** The memory below, for what the buffer does not wrap: its pages' size, its file, physical addresses. */
  get memory(): HostMemory {
    return this.#memory;
  }

  /** Reads 8 bits. */
  read8(offset: number): number {
    return this.#memory.read8(offset);
  }

  /** Reads 16 bits. */
  read16(offset: number): number {
    return this.#memory.read16(offset);
  }

  /** Reads 32 bits. */
  read32(offset: number): number {
    return this.#memory.read32(offset);
  }

  /** Reads 64 bits. */
  read64(offset: number): bigint {
    return this.#memory.read64(offset);
  }

  /** Writes 8 bits. */
  write8(offset: number, value: number): void {
    this.#memory.write8(offset, value);
  }

  /** Writes 16 bits. */
  write16(offset: number, value: number): void {
    this.#memory.write16(offset, value);
  }

  /** Writes 32 bits. */
  write32(offset: number, value: number): void {
    this.#memory.write32(offset, value);
  }

  /** Writes 64 bits. */
  write64(offset: number, value: bigint): void {
    this.#memory.write64(offset, value);
  }

  /** Ends the mapping, then frees the memory. Again is a no-op. */
  [Symbol.dispose](): void {
    try {
      this.#mapping[Symbol.dispose]();
    } finally {
      this.#memory[Symbol.dispose]();
    }
  }
}

/** Whether an IOMMU is set: it ends, with every mapping, when the container's last group is unbound. */
export function hasIommu(dma: DmaSpace): boolean {
  try {
    dma.info();
    return true;
  } catch (error) {
    if (error instanceof VfioError && error.code === "EINVAL") return false;
    throw error;
  }
}

function unmap(dma: DmaSpace, iova: Iova, size: bigint): bigint {
  try {
    return dma.unmap({ iova, size });
  } catch (error) {
    // What ended with the IOMMU is as unmapped as can be.
    if (error instanceof VfioError && error.code === "EINVAL" && !hasIommu(dma)) return size;
    throw error;
  }
}

function disposedMemory(): VfioError {
  return new VfioError({
    code: "EBADF",
    operation: "VFIO_IOMMU_MAP_DMA",
    subject: "memory",
    detail: "it is disposed of",
  });
}
