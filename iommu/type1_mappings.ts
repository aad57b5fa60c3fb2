/** Mappings: what is mapped in a Type1 container, in the order of IOVAs, and the page table that devices see it by. */
import { addressOf, frameOf, PAGE_SIZE } from "./frames.ts";
import type { IovaRange } from "../core/iommu_driver.ts";
import type { DirtyBits } from "./dirty_bits.ts";
import type { IommuHost, IommuProcess, PinnedMemory } from "./iommu_plugin.ts";
import { PageTable } from "./page_table.ts";
import { RangeList } from "./range_list.ts";
import type { FrameRange } from "./range_list.ts";

/** One VFIO_IOMMU_MAP_DMA. @see Linux, drivers/vfio/vfio_iommu_type1.c, `struct vfio_dma` */
export interface Mapping extends FrameRange {
  readonly memory: PinnedMemory;
  /** Who is charged for the pages. */
  owner: IommuProcess;
  /** The process said that its address is no longer good; devices go on. */
  vaddrInvalid: boolean;
  /** There while dirty pages are tracked. */
  dirty: DirtyBits | undefined;
}

/** Gives a mapping's bytes. */
export function mappedBytes(mapping: Mapping): bigint {
  return addressOf(mapping.last - mapping.first + 1);
}

/** Gives a mapping's addresses. */
export function rangeOfMapping(mapping: Mapping): IovaRange {
  return { start: addressOf(mapping.first), last: addressOf(mapping.last, PAGE_SIZE - 1) };
}

/** The live mappings of one container. */
export class Mappings {
  readonly #host: IommuHost;
  readonly #list = new RangeList<Mapping>();
  readonly #table = new PageTable();
  #invalid = 0;

  /** Starts without mappings. */
  constructor(host: IommuHost) {
    this.#host = host;
  }

  /** How many mappings there are. */
  get count(): number {
    return this.#list.size;
  }

  /** How many of them have an invalid vaddr. */
  get invalidCount(): number {
    return this.#invalid;
  }

  /** Finds the lowest mapping that has a frame from `first` to `last`. */
  find(first: number, last: number): Mapping | undefined {
    const mapping = this.#list.find(first);
    return mapping !== undefined && mapping.first <= last ? mapping : undefined;
  }

  /** Tells whether the range from `first` to `last` begins or ends inside a mapping. */
  cuts(first: number, last: number): boolean {
    const head = this.find(first, last);
    if (head === undefined) return false;
    const tail = head.last < last ? this.find(last, last) : head;
    return head.first < first || (tail !== undefined && tail.last > last);
  }

  /** Adds a mapping of memory that is pinned. @param rights What devices may do; see {@linkcode PageTable.map}. */
  add(
    first: number,
    owner: IommuProcess,
    memory: PinnedMemory,
    rights: number,
  ): Mapping {
    let frame = first;
    for (const { physical, size } of memory.runs) {
      const pages = frameOf(size);
      this.#table.map(frame, frameOf(physical), pages, rights);
      frame += pages;
    }
    const mapping = { first, last: frame - 1, owner, memory, vaddrInvalid: false, dirty: undefined };
    this.#list.add(mapping);
    return mapping;
  }

  /** Takes a mapping away, lets go of its pages and gives back what its owner was charged. */
  remove(mapping: Mapping): void {
    this.setInvalid(mapping, false);
    this.#table.unmap(mapping.first, mapping.last - mapping.first + 1);
    this.#list.delete(mapping);
    this.#host.unpin(mapping.memory);
    mapping.owner.uncharge(mapping.memory.charged);
  }

  /** Charges another process for a mapping, and its owner no more. @throws {VfioError} `ENOMEM`. */
  charge(mapping: Mapping, owner: IommuProcess): void {
    if (owner === mapping.owner) return;
    owner.charge(mapping.memory.charged);
    mapping.owner.uncharge(mapping.memory.charged);
    mapping.owner = owner;
  }

  /** Marks a mapping's vaddr as invalid, or as valid again. */
  setInvalid(mapping: Mapping, invalid: boolean): void {
    if (mapping.vaddrInvalid === invalid) return;
    mapping.vaddrInvalid = invalid;
    this.#invalid += invalid ? 1 : -1;
  }

  /** Translates a frame. @see PageTable.translate */
  translate(frame: number, right: number): number {
    return this.#table.translate(frame, right);
  }

  /** Gives all mappings, the lowest first. */
  [Symbol.iterator](): Iterator<Mapping> {
    return this.#list[Symbol.iterator]();
  }
}
