/** Requests to the model, read once and checked: what both backends start from. */
import { byteLengthOf, checkU32, checkU64 } from "./checks.ts";
import type { DirtyBitmap, DmaMap, DmaUnmap, Iova } from "./iommu_driver.ts";
import type { IrqAction, IrqRequest } from "./irq.ts";
import type { Signal } from "./signal.ts";

/** A {@linkcode DmaMap} with nothing left open. */
export type CheckedMap = Required<DmaMap>;

/** Reads a map request once. @throws {TypeError} for what the struct cannot carry. */
export function readMap(request: DmaMap): CheckedMap {
  const { iova, vaddr, size, read = false, write = false, updateVaddr = false } = request;
  checkU64("iova", iova);
  checkU64("vaddr", vaddr);
  checkU64("size", size);
  return { iova, vaddr, size, read: Boolean(read), write: Boolean(write), updateVaddr: Boolean(updateVaddr) };
}

/** A {@linkcode DmaUnmap} with nothing left open. */
export interface CheckedUnmap {
  /** Where to begin. */
  readonly iova: Iova;
  /** Bytes. */
  readonly size: bigint;
  /** All mappings. */
  readonly all: boolean;
  /** Keeps them and marks their vaddr invalid. */
  readonly invalidateVaddr: boolean;
  /** Where the dirty bits go. */
  readonly dirty: DirtyBitmap | undefined;
}

/** Reads an unmap request once. @throws {TypeError} for what the struct cannot carry. */
export function readUnmap(request: DmaUnmap): CheckedUnmap {
  const { iova, size, all = false, invalidateVaddr = false, dirty } = request;
  checkU64("iova", iova);
  checkU64("size", size);
  return {
    iova,
    size,
    all: Boolean(all),
    invalidateVaddr: Boolean(invalidateVaddr),
    dirty: dirty === undefined ? undefined : readBitmap(dirty),
  };
}

/** Reads a bitmap once. @throws {TypeError} for a page size of 0: the kernel would shift by it. */
export function readBitmap(bitmap: DirtyBitmap): DirtyBitmap {
  const { pageSize, data } = bitmap;
  byteLengthOf("bitmap.data", data);
  if (checkU64("bitmap.pageSize", pageSize) === 0n) {
    throw new TypeError("Cannot use 0n as bitmap.pageSize: a page has at least one byte");
  }
  return { pageSize, data };
}

/** An {@linkcode IrqRequest} with nothing left open. */
export interface CheckedIrqs {
  readonly index: number;
  readonly start: number;
  readonly count: number;
  readonly action: IrqAction;
  /** What the request carries: nothing, a boolean a vector, or a signal a vector. */
  readonly data:
    | { readonly kind: "none" }
    | { readonly kind: "bools"; readonly bools: readonly boolean[] }
    | { readonly kind: "signals"; readonly signals: readonly (Signal | null)[] };
}

/** Reads an interrupt request once. @throws {TypeError} for what the struct cannot carry. */
export function readIrqs(request: IrqRequest): CheckedIrqs {
  const { index, start = 0, action } = request;
  checkU32("index", index);
  checkU32("start", start);
  if (action !== "mask" && action !== "unmask" && action !== "trigger") {
    throw new TypeError(`Cannot use ${String(action)} as action: "mask", "unmask" or "trigger" is needed`);
  }
  if ("bools" in request) {
    const bools = Array.from(request.bools, Boolean);
    return { index, start, action, count: bools.length, data: { kind: "bools", bools } };
  }
  if ("signals" in request) {
    const signals = [...request.signals];
    return { index, start, action, count: signals.length, data: { kind: "signals", signals } };
  }
  return { index, start, action, count: checkU32("none", request.none), data: { kind: "none" } };
}
