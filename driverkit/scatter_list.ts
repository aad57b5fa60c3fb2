/** Scatter lists: a buffer as the pieces that a device is told of. */
import type { Iova } from "../core/iommu_driver.ts";

/** A piece of a buffer. */
export interface ScatterEntry {
  /** Where it begins. */
  readonly iova: Iova;
  /** Bytes. */
  readonly size: number;
}

/**
 * Cuts a range of IOVAs at each boundary of `pageSize`: only the first piece may begin inside a page.
 *
 * @param size Bytes; 0 gives no piece.
 * @param pageSize Bytes, a power of two.
 */
export function scatterList(iova: Iova, size: number, pageSize: number): ScatterEntry[] {
  const pieces: ScatterEntry[] = [];
  const room = pageSize - Number(iova & BigInt(pageSize - 1));
  for (let done = 0; done < size;) {
    const piece = Math.min(size - done, done === 0 ? room : pageSize);
    pieces.push({ iova: iova + BigInt(done), size: piece });
    done += piece;
  }
  return pieces;
}
