/** Domains: the groups of a Type1 container, and what they leave to map. */
import type { IovaRange } from "../core/iommu_driver.ts";
import { PAGE_SIZE } from "./frames.ts";
import type { IommuGroup } from "./iommu_plugin.ts";
import type { IommuUnit } from "./iommu_unit.ts";
import { contains, intersect, subtract } from "./ranges.ts";

/** Groups that share a page table, since their hardware can. */
interface Domain {
  readonly unit: IommuUnit;
  readonly groups: Set<IommuGroup>;
}

/** The domains of one container. @see Linux, drivers/vfio/vfio_iommu_type1.c, `struct vfio_domain` */
export class Domains {
  readonly #domains: Domain[] = [];
  #ranges: readonly IovaRange[] = [];
  #pageSizes = commonPageSizes([]);

  /** No group is attached. */
  get empty(): boolean {
    return this.#domains.length === 0;
  }

  /** Valid IOVAs, the lowest first. */
  get ranges(): readonly IovaRange[] {
    return this.#ranges;
  }

  /** Sizes of pages that all hardware here has, a bit each; none below 4096. */
  get pageSizes(): bigint {
    return this.#pageSizes;
  }

  /** Bytes of the smallest page. */
  get pageSize(): bigint {
    return this.#pageSizes & -this.#pageSizes;
  }

  /** All hardware here makes DMA coherent. */
  get enforceCoherency(): boolean {
    return this.#domains.every(({ unit }) => unit.enforcesCoherency);
  }

  /** Tells whether a group is attached. */
  has(group: IommuGroup): boolean {
    return this.#domains.some(({ groups }) => groups.has(group));
  }

  /** Finds the hardware that a device of an attached group is behind. */
  unitOf(address: string): IommuUnit | undefined {
    return this.#domains.find(({ groups }) => [...groups].some((group) => group.devices.includes(address)))
      ?.unit;
  }

  /** Gives what would be left to map with one more group. */
  rangesWith(group: IommuGroup, unit: IommuUnit): readonly IovaRange[] {
    const ranges = this.empty ? [ALL] : this.#ranges;
    return subtract(ranges, unusableFor(group, unit));
  }

  /** Adds a group, with what {@linkcode rangesWith} gave: to a domain whose hardware is like its own, or to one of its own. */
  add(group: IommuGroup, unit: IommuUnit, ranges: readonly IovaRange[]): void {
    const domain = this.#domains.find((other) =>
      other.unit.enforcesCoherency === unit.enforcesCoherency && contains(unit.aperture, other.unit.aperture)
    );
    if (domain === undefined) this.#domains.push({ unit, groups: new Set([group]) });
    else domain.groups.add(group);
    this.#pageSizes = commonPageSizes(this.#domains);
    this.#ranges = ranges;
  }

  /**
   * Removes a group. Ranges that only it could not use come back, except at the very ends of the address space: those
   * come back when a domain goes, as in the kernel.
   */
  remove(group: IommuGroup): void {
    const index = this.#domains.findIndex(({ groups }) => groups.has(group));
    const domain = this.#domains[index];
    if (domain === undefined) return;
    domain.groups.delete(group);
    let window: readonly IovaRange[] = [{
      start: this.#ranges[0]?.start ?? 0n,
      last: this.#ranges.at(-1)?.last ?? 0n,
    }];
    if (domain.groups.size === 0) {
      this.#domains.splice(index, 1);
      this.#pageSizes = commonPageSizes(this.#domains);
      window = this.#domains.reduce((left, { unit }) => intersect(left, unit.aperture), [ALL]);
    }
    const holes = this.#domains.flatMap((other) =>
      Array.from(other.groups, (left) => unusableFor(left, other.unit)).flat()
    );
    const ranges = subtract(window, holes);
    if (ranges.length > 0) this.#ranges = ranges;
  }
}

/** Gives the addresses that the devices of a group cannot use: reserved ones, and what its hardware does not translate. */
export function unusableFor(group: IommuGroup, unit: IommuUnit): readonly IovaRange[] {
  const reserved = group.reserved.filter(({ type }) => type !== "direct-relaxable");
  return [...subtract([ALL], [unit.aperture]), ...reserved];
}

/** What is smaller than the kernel's page is not told: a page of the kernel's is, for it can be put together. */
function commonPageSizes(domains: readonly Domain[]): bigint {
  const common = domains.reduce((sizes, { unit }) => sizes & unit.pageSizes, ALL.last);
  const small = common & (PAGE_BIT - 1n);
  return small === 0n ? common : (common - small) | PAGE_BIT;
}

/** The 64-bit address space. */
const ALL: IovaRange = { start: 0n, last: 0xffff_ffff_ffff_ffffn };
const PAGE_BIT = BigInt(PAGE_SIZE);
