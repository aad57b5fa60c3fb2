/** Type1: the IOMMU of one container, by the rules of the kernel's vfio_iommu_type1. */
import type { IommuType } from "../core/container.ts";
import { VfioError } from "../core/errors.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { IommuInfo, IovaRange } from "../core/iommu_driver.ts";
import type { CheckedMap, CheckedUnmap } from "../core/requests.ts";
import type { Facts } from "../core/remedies.ts";
import { EXTENSIONS } from "./extensions.ts";
import { addressOf, FRAME_LIMIT, frameOf, offsetInFrame, PAGE_SIZE } from "./frames.ts";
import type { IommuGroup, IommuHost, IommuInstance, IommuProcess, Translation } from "./iommu_plugin.ts";
import { contains, formatRange, rangeOf } from "./ranges.ts";
import { checkMap, checkUnmap } from "./type1_checks.ts";
import { Type1Dirty } from "./type1_dirty.ts";
import { NOT_PERMITTED, READ, WRITE } from "./page_table.ts";
import { Domains, unusableFor } from "./type1_domains.ts";
import { BITMAP_MAX, refusal } from "./type1_errors.ts";
import { mappedBytes, Mappings, rangeOfMapping } from "./type1_mappings.ts";
import type { Mapping } from "./type1_mappings.ts";

/** How an instance behaves, by the type it was opened as. */
export interface Type1Options {
  /** What VFIO_SET_IOMMU was given. */
  readonly type: IommuType;
  /** Type1v2: unmap refuses to cut a mapping, dirty pages can be tracked. */
  readonly v2: boolean;
  /** Asks for two-stage translation, which no IOMMU here has. */
  readonly nesting: boolean;
}

/**
 * The IOMMU of one container.
 *
 * @see Linux, drivers/vfio/vfio_iommu_type1.c
 */
export class Type1 implements IommuInstance {
  readonly type: IommuType;
  readonly dirty: Type1Dirty;
  readonly #host: IommuHost;
  readonly #options: Type1Options;
  readonly #entryLimit: number;
  readonly #mappings: Mappings;
  readonly #domains = new Domains();

  /** Makes an IOMMU without groups; {@linkcode Type1Plugin.open} does. */
  constructor(host: IommuHost, options: Type1Options) {
    this.type = options.type;
    this.#host = host;
    this.#options = options;
    this.#entryLimit = host.entryLimit;
    this.#mappings = new Mappings(host);
    this.dirty = new Type1Dirty(options.v2, host.kernel, this.#mappings, this.#domains);
  }

  /** Tells whether an extension is there. */
  supports(extension: number): boolean {
    if (extension === EXTENSIONS["dma-cc"]) return this.#domains.enforceCoherency;
    return extension === EXTENSIONS["update-vaddr"] || hasExtension(extension, this.#host);
  }

  /**
   * Attaches a group.
   *
   * @throws {VfioError} `EBUSY` while a vaddr is invalid; `EINVAL` for a group that is attached, for an aperture or reserved
   * ranges that do not fit the mappings or leave nothing to map; `EPERM` without interrupt isolation.
   */
  attachGroup(group: IommuGroup, operation: string): void {
    const refuse = (code: ErrorCode, detail: string, facts = {}) =>
      new VfioError({ code, operation, subject: `group ${group.id}`, detail, facts: () => facts });
    if (this.#mappings.invalidCount > 0) {
      throw refuse(
        "EBUSY",
        `${this.#mappings.invalidCount} mappings have an invalid vaddr: update them first`,
      );
    }
    if (this.#domains.has(group)) throw refuse("EINVAL", "it is attached already");
    if (this.#options.nesting) throw refuse("EINVAL", "its IOMMU has no two-stage translation");
    const { unit } = group;
    if (unit === undefined) throw refuse("EINVAL", "there is no IOMMU before it");
    const conflict = unusableFor(group, unit).find((hole) => this.#isMapped(hole));
    if (conflict !== undefined) {
      throw refuse("EINVAL", `mappings lie in ${formatRange(conflict)}, which it cannot use`);
    }
    const ranges = this.#domains.rangesWith(group, unit);
    if (ranges.length === 0) throw refuse("EINVAL", "it leaves no address to map");
    if (!unit.isolatesInterrupts && !this.#host.allowUnsafeInterrupts) {
      throw refuse("EPERM", "its IOMMU does not remap interrupts, and allow_unsafe_interrupts is off", {
        interruptRemapping: "off",
      });
    }
    this.#domains.add(group, unit, ranges);
  }

  /** Detaches a group. The last one ends every mapping. */
  detachGroup(group: IommuGroup): void {
    this.#domains.remove(group);
    if (!this.#domains.empty) return;
    for (const mapping of [...this.#mappings]) this.#mappings.remove(mapping);
  }

  /** Tells page sizes, valid ranges and the capability chain. */
  info(): IommuInfo {
    const { pageSizes, pageSize: alignment, ranges } = this.#domains;
    return {
      alignment,
      ranges,
      pageSizes,
      capabilities: [
        { id: "migration", version: 1, pageSizes: alignment, maxBitmapSize: BITMAP_MAX },
        { id: "dma-avail", version: 1, available: this.#entryLimit - this.#mappings.count },
        { id: "iova-range", version: 1, ranges },
      ],
    };
  }

  /** Maps memory of `process`. */
  map(request: CheckedMap, process: IommuProcess): void {
    const { iova, vaddr, size, read, write, updateVaddr } = request;
    checkMap(request, this.#domains.pageSize, this.#host.kernel);
    const first = frameOf(iova);
    const last = first + frameOf(size) - 1;
    const found = this.#find(first, last);
    if (updateVaddr) return this.#update(found, request, process);
    if (found !== undefined) {
      throw refuseMap(request, "EEXIST", `${formatRange(rangeOfMapping(found))} is mapped`);
    }
    if (this.#mappings.count >= this.#entryLimit) {
      throw refuseMap(request, "ENOSPC", `${this.#entryLimit} mappings are the limit (dma_entry_limit)`);
    }
    const range = rangeOf(iova, size);
    if (!this.#domains.ranges.some((valid) => contains(valid, range))) {
      const ranges = this.#domains.ranges.map(formatRange);
      throw refuseMap(request, "EINVAL", `valid IOVAs are ${ranges.join(" and ")}`, { ranges });
    }
    const memory = process.pin(vaddr, size, write);
    const mapping = this.#mappings.add(first, process, memory, (read ? READ : 0) | (write ? WRITE : 0));
    if (this.dirty.track(mapping)) return;
    this.#mappings.remove(mapping);
    throw refuseMap(request, "EINVAL", "it has more pages than dirty tracking can count");
  }

  /** Takes mappings away, or marks their vaddr as invalid. */
  unmap(request: CheckedUnmap, process: IommuProcess): bigint {
    const { iova, size, all, invalidateVaddr, dirty } = request;
    checkUnmap(request, this.#domains.pageSize, this.#host.kernel, this.dirty.tracking);
    const first = all ? 0 : frameOf(iova);
    const last = all ? FRAME_LIMIT : first + frameOf(size) - 1;
    if (this.#options.v2 && !all && this.#mappings.cuts(first, last)) {
      throw refusal("EINVAL", "VFIO_IOMMU_UNMAP_DMA", request, "the range begins or ends inside a mapping");
    }
    const chosen = this.#chosen(first, last);
    if (invalidateVaddr) return this.#invalidate([...chosen], request);
    let frames = 0;
    for (const mapping of chosen) {
      if (dirty !== undefined && !this.dirty.fetch(mapping, iova, dirty, process)) {
        const detail = "the bitmap cannot be written; mappings before it are gone";
        throw refusal("EFAULT", "VFIO_IOMMU_UNMAP_DMA", request, detail);
      }
      frames += mapping.last - mapping.first + 1;
      this.#mappings.remove(mapping);
    }
    return addressOf(frames);
  }

  /** Translates an access of a device. */
  translate(address: string, iova: bigint, write: boolean): Translation {
    const found = this.#mappings.translate(frameOf(iova), write ? WRITE : READ);
    if (found >= 0) return pageFrom(found, iova);
    const unit = this.#domains.unitOf(address);
    if (unit === undefined) return { fault: "no group of the device is attached" };
    if (found !== NOT_PERMITTED) return unit.report(iova, write, "not-mapped");
    if (write || !unit.readsWritable) return unit.report(iova, write, "not-permitted");
    return pageFrom(this.#mappings.translate(frameOf(iova), WRITE), iova);
  }

  /** Gives a mapping whose vaddr is invalid its new one: what remains of it is who is charged. */
  #update(found: Mapping | undefined, request: CheckedMap, process: IommuProcess): void {
    if (found === undefined) throw refuseMap(request, "ENOENT", "nothing is mapped there");
    const isWhole = addressOf(found.first) === request.iova && mappedBytes(found) === request.size;
    if (!isWhole) throw refuseMap(request, "EINVAL", `the mapping is ${formatRange(rangeOfMapping(found))}`);
    if (!found.vaddrInvalid) throw refuseMap(request, "EINVAL", "its vaddr is valid");
    this.#mappings.charge(found, process);
    this.#mappings.setInvalid(found, false);
  }

  /** Marks vaddrs as invalid: all of them, or none when one is invalid already. */
  #invalidate(chosen: readonly Mapping[], request: CheckedUnmap): bigint {
    if (chosen.some(({ vaddrInvalid }) => vaddrInvalid)) {
      throw refusal("EINVAL", "VFIO_IOMMU_UNMAP_DMA", request, "a vaddr there is invalid already");
    }
    for (const mapping of chosen) this.#mappings.setInvalid(mapping, true);
    return chosen.reduce((bytes, mapping) => bytes + mappedBytes(mapping), 0n);
  }

  /** Gives the mappings that an unmap of frames `first` to `last` is about. Each may be removed once it is given. */
  *#chosen(first: number, last: number): Generator<Mapping> {
    let mapping = this.#find(first, last);
    // Type1 takes what starts in the range, whole. Type1v2 has made sure that nothing is cut.
    while (mapping !== undefined && mapping.first >= first) {
      yield mapping;
      mapping = mapping.last < last ? this.#mappings.find(mapping.last + 1, last) : undefined;
    }
  }

  /** Finds a mapping as the kernel does: before Linux 7 it took a range up to the very last address for one up to 0. */
  #find(first: number, last: number): Mapping | undefined {
    if (last === LAST_FRAME && this.#host.kernel !== "7.2") return undefined;
    return this.#mappings.find(first, last);
  }

  #isMapped(range: IovaRange): boolean {
    return this.#mappings.find(frameOf(range.start), frameOf(range.last)) !== undefined;
  }
}

/** Tells whether an extension is there before an IOMMU is set. */
export function hasExtension(extension: number, host: IommuHost): boolean {
  if (extension === EXTENSIONS["type1-nesting"]) return host.kernel !== "7.2";
  return extension === EXTENSIONS.type1 || extension === EXTENSIONS.type1v2 ||
    extension === EXTENSIONS["unmap-all"];
}

/** The frame of the last address. */
const LAST_FRAME = FRAME_LIMIT - 1;

function refuseMap(request: CheckedMap, code: ErrorCode, detail: string, facts: Facts = {}): VfioError {
  return refusal(code, "VFIO_IOMMU_MAP_DMA", request, detail, facts);
}

/** Where an access to `iova` arrives, and how far the page goes. */
function pageFrom(frame: number, iova: bigint): Translation {
  const offset = offsetInFrame(iova);
  return { physical: addressOf(frame, offset), size: PAGE_SIZE - offset };
}
