/** What Type1 asks of a request before it looks at what is mapped, in the kernel's order. */
import type { CheckedMap, CheckedUnmap } from "../core/requests.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { KernelVersion } from "./iommu_unit.ts";
import { wraps } from "./ranges.ts";
import { checkBitmap, refusal } from "./type1_errors.ts";

/**
 * Checks a map request by itself.
 *
 * @throws {VfioError} `EINVAL`, `EOVERFLOW` as {@linkcode IommuDriver.map} says.
 * @see Linux, drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_map()
 */
export function checkMap(request: CheckedMap, pageSize: bigint, kernel: KernelVersion): void {
  const { iova, vaddr, size, read, write, updateVaddr } = request;
  const refuse = (code: ErrorCode, detail: string, facts = {}) =>
    refusal(code, "VFIO_IOMMU_MAP_DMA", request, detail, facts);
  const hasWrapped = wraps(iova, size) || wraps(vaddr, size);
  if (kernel === "7.2" && hasWrapped) throw refuse("EOVERFLOW", LEAVES);
  if ((read || write) === updateVaddr) {
    throw refuse("EINVAL", "either some of read and write is needed, or updateVaddr alone");
  }
  if (size === 0n || ((size | iova | vaddr) & (pageSize - 1n)) !== 0n) {
    const detail = `iova, vaddr and size must be multiples of ${pageSize}, and size more than 0`;
    throw refuse("EINVAL", detail, { alignment: pageSize });
  }
  if (hasWrapped) throw refuse("EINVAL", LEAVES);
}

/**
 * Checks an unmap request by itself.
 *
 * @param isTracking Dirty pages are tracked.
 * @throws {VfioError} `EINVAL`, `EOVERFLOW` as {@linkcode IommuDriver.unmap} says.
 * @see Linux, drivers/vfio/vfio_iommu_type1.c, vfio_iommu_type1_unmap_dma() and vfio_dma_do_unmap()
 */
export function checkUnmap(
  request: CheckedUnmap,
  pageSize: bigint,
  kernel: KernelVersion,
  isTracking: boolean,
): void {
  const { iova, size, all, invalidateVaddr, dirty } = request;
  const refuse = (code: ErrorCode, detail: string) => refusal(code, "VFIO_IOMMU_UNMAP_DMA", request, detail);
  if (dirty !== undefined) {
    if (all || invalidateVaddr) {
      throw refuse("EINVAL", "dirty goes neither with all nor with invalidateVaddr");
    }
    checkBitmap("VFIO_IOMMU_UNMAP_DMA", request, dirty);
  }
  if (iova % pageSize !== 0n) throw refuse("EINVAL", `iova must be a multiple of ${pageSize}`);
  if (all) {
    if (iova !== 0n || size !== 0n) throw refuse("EINVAL", "with all, iova and size must be 0");
    return;
  }
  if (size === 0n || size % pageSize !== 0n) {
    throw refuse("EINVAL", `size must be a multiple of ${pageSize}, and more than 0`);
  }
  if (wraps(iova, size)) throw refuse(kernel === "7.2" ? "EOVERFLOW" : "EINVAL", LEAVES);
  if (dirty === undefined) return;
  if (!isTracking) throw refuse("EINVAL", "dirty pages are not tracked: dirty.start() comes first");
  if (dirty.pageSize !== pageSize) {
    throw refuse("EINVAL", `a bit must stand for the smallest page, ${pageSize} bytes`);
  }
}

const LEAVES = "the range leaves the 64-bit address space";
