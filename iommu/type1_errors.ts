/** What Type1 refuses, in words, and the check that unmap and the dirty bitmap share. */
import { VfioError } from "../core/errors.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { DirtyBitmap } from "../core/iommu_driver.ts";
import type { Facts } from "../core/remedies.ts";
import { bitmapBytes } from "./dirty_bits.ts";
import { formatAddress, formatRange, rangeOf, wraps } from "./ranges.ts";

/** An operation on a range of IOVAs. */
export type DmaOperation = "VFIO_IOMMU_MAP_DMA" | "VFIO_IOMMU_UNMAP_DMA" | "VFIO_IOMMU_DIRTY_PAGES";

/** A range of IOVAs as requests say it: it may be empty, or wrap. */
export interface RequestedRange {
  readonly iova: bigint;
  /** Bytes. */
  readonly size: bigint;
}

/** Most pages that a mapping may have while dirty pages are tracked. */
export const TRACKED_PAGES_MAX = 0x7fff_ffffn;
/** Most bytes of a bitmap. */
export const BITMAP_MAX: bigint = bitmapBytes(TRACKED_PAGES_MAX);

/** Makes the error of a request about a range. */
export function refusal(
  code: ErrorCode,
  operation: DmaOperation,
  range: RequestedRange,
  detail: string,
  facts: Facts = {},
): VfioError {
  const { iova, size } = range;
  // What has no last address is told by its parts.
  const subject = size === 0n || wraps(iova, size)
    ? `${formatAddress(size)} bytes at ${formatAddress(iova)}`
    : formatRange(rangeOf(iova, size));
  return new VfioError({ code, operation, subject, detail, facts: () => facts });
}

/**
 * Checks a bitmap against the range it is for.
 *
 * @throws {VfioError} `EINVAL` when it is too small, or far too big.
 * @see Linux, drivers/vfio/vfio_iommu_type1.c, verify_bitmap_size()
 */
export function checkBitmap(operation: DmaOperation, range: RequestedRange, bitmap: DirtyBitmap): void {
  const { pageSize, data } = bitmap;
  // The kernel takes the lowest bit for the page size; that it is the only one is checked later.
  const pages = range.size / (pageSize & -pageSize);
  const bytes = BigInt(data.byteLength);
  if (pages > 0n && bytes > 0n && bytes <= BITMAP_MAX && bytes >= bitmapBytes(pages)) return;
  const detail = `a bitmap of ${bitmapBytes(pages)} to ${BITMAP_MAX} bytes is needed, and it has ${bytes}`;
  throw refusal("EINVAL", operation, range, detail);
}
