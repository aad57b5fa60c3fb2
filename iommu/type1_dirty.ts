/** Dirty page tracking of Type1v2. */
import { VfioError } from "../core/errors.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { DirtyBitmap } from "../core/iommu_driver.ts";
import { DirtyBits } from "./dirty_bits.ts";
import { frameOf } from "./frames.ts";
import type { DirtyRequest, IommuDirtyTracking, IommuProcess } from "./iommu_plugin.ts";
import type { KernelVersion } from "./iommu_unit.ts";
import { wraps } from "./ranges.ts";
import type { Domains } from "./type1_domains.ts";
import { checkBitmap, refusal, TRACKED_PAGES_MAX } from "./type1_errors.ts";
import { mappedBytes } from "./type1_mappings.ts";
import type { Mapping, Mappings } from "./type1_mappings.ts";

/**
 * Dirty tracking of one container. Its IOMMU cannot tell what devices wrote, so each page of each mapping is dirty, at
 * every look.
 *
 * @see Linux, drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_dirty_pages()
 */
export class Type1Dirty implements IommuDirtyTracking {
  readonly #v2: boolean;
  readonly #kernel: KernelVersion;
  readonly #mappings: Mappings;
  readonly #domains: Domains;
  #tracking = false;

  /** Begins without tracking. */
  constructor(v2: boolean, kernel: KernelVersion, mappings: Mappings, domains: Domains) {
    this.#v2 = v2;
    this.#kernel = kernel;
    this.#mappings = mappings;
    this.#domains = domains;
  }

  /** Whether dirty pages are tracked. */
  get tracking(): boolean {
    return this.#tracking;
  }

  /** Starts tracking; again is harmless. @throws {VfioError} `EACCES` on v1; `EINVAL` with a mapping of 2^31 pages or more. */
  start(): void {
    this.#checkVersion();
    if (this.#tracking) return;
    for (const mapping of this.#mappings) {
      if (this.#isTooBig(mapping)) throw dirtyError("EINVAL", "a mapping has more than 2^31 - 1 pages");
    }
    for (const mapping of this.#mappings) mapping.dirty = this.#makeBits(mapping);
    this.#tracking = true;
  }

  /** Stops tracking; again is harmless. @throws {VfioError} `EACCES` on v1. */
  stop(): void {
    this.#checkVersion();
    this.#tracking = false;
    for (const mapping of this.#mappings) mapping.dirty = undefined;
  }

  /** Fetches the bits of all mappings in a range. */
  read(request: DirtyRequest, process: IommuProcess): void {
    this.#checkVersion();
    const { iova, size, bitmap } = request;
    const { pageSize } = this.#domains;
    const refuse = (code: ErrorCode, detail: string) =>
      refusal(code, "VFIO_IOMMU_DIRTY_PAGES", request, detail);
    if (this.#kernel === "7.2") {
      if (wraps(iova, size)) throw refuse("EOVERFLOW", "the range leaves the 64-bit address space");
    } else if (wraps(iova, size + 1n)) {
      // Before Linux 7 the end itself must be an address: one past the last byte.
      throw refuse("EINVAL", "the range reaches the end of the 64-bit address space");
    }
    checkBitmap("VFIO_IOMMU_DIRTY_PAGES", request, bitmap);
    if (bitmap.pageSize !== pageSize) {
      throw refuse("EINVAL", `a bit must stand for the smallest page, ${pageSize} bytes`);
    }
    if (iova % pageSize !== 0n || size === 0n || size % pageSize !== 0n) {
      throw refuse("EINVAL", `iova and size must be multiples of ${pageSize}, and size more than 0`);
    }
    if (!this.#tracking) throw refuse("EINVAL", "dirty pages are not tracked: start() comes first");
    const first = frameOf(iova);
    const last = first + frameOf(size) - 1;
    if (this.#mappings.cuts(first, last)) throw refuse("EINVAL", "the range begins or ends inside a mapping");
    let mapping = this.#mappings.find(first, last);
    while (mapping !== undefined) {
      if (!this.fetch(mapping, iova, bitmap, process)) throw refuse("EFAULT", "the bitmap cannot be written");
      mapping.dirty?.clear();
      mapping = mapping.last < last ? this.#mappings.find(mapping.last + 1, last) : undefined;
    }
  }

  /** Begins to track a new mapping, when dirty pages are tracked. @returns Whether it could: it must not be too big. */
  track(mapping: Mapping): boolean {
    if (!this.#tracking) return true;
    if (this.#isTooBig(mapping)) return false;
    mapping.dirty = this.#makeBits(mapping);
    return true;
  }

  /** Merges a mapping's bits into a bitmap that begins at `base`. @returns Whether the bitmap could be written. */
  fetch(mapping: Mapping, base: bigint, bitmap: DirtyBitmap, process: IommuProcess): boolean {
    const page = (mapping.first - frameOf(base)) / this.#framesPerPage;
    return mapping.dirty?.copyTo(bitmap.data, page, (bytes) => process.isWritable(bytes)) ?? true;
  }

  get #framesPerPage(): number {
    return frameOf(this.#domains.pageSize);
  }

  #isTooBig(mapping: Mapping): boolean {
    return mappedBytes(mapping) / this.#domains.pageSize > TRACKED_PAGES_MAX;
  }

  #makeBits(mapping: Mapping): DirtyBits {
    return new DirtyBits((mapping.last - mapping.first + 1) / this.#framesPerPage);
  }

  #checkVersion(): void {
    if (!this.#v2) throw dirtyError("EACCES", "only Type1v2 tracks dirty pages");
  }
}

function dirtyError(code: ErrorCode, detail: string): VfioError {
  return new VfioError({ code, operation: "VFIO_IOMMU_DIRTY_PAGES", subject: "the container", detail });
}
