/** The memory of a region, mapped where the kernel allows it and reached through the kernel elsewhere. */
import { checkAccess } from "../core/checks.ts";
import type { Device } from "../core/device.ts";
import type { Mapping, Region, RegionInfo, SparseArea } from "../core/region.ts";
import type { Memory } from "../core/memory.ts";

/** Bigger areas are mapped in pieces of this size, when first used: a view's size counts as JavaScript's memory. */
const WINDOW = 2 ** 28;

/** A region's memory, and what it holds. */
export interface RegionMemory extends Disposable {
  readonly memory: Memory;
}

/**
 * Opens the memory of a region.
 *
 * @param mmio "mapped" maps what may be mapped; "trapped" goes through the kernel for each access, which cannot
 * meet SIGBUS, whatever another process does to the device.
 */
export function openRegionMemory(device: Device, info: RegionInfo, mmio: "mapped" | "trapped"): RegionMemory {
  const region = device.region(info.index);
  const windows = mmio === "mapped" && info.mappable ? windowsOf(info) : [];
  const [only] = windows;
  if (only === undefined) return { memory: region, [Symbol.dispose]: () => {} };
  if (windows.length === 1 && only.offset === 0 && only.size === info.size) {
    const mapping = region.map();
    return { memory: mapping, [Symbol.dispose]: () => mapping[Symbol.dispose]() };
  }
  const memory = new PartlyMapped(region, info.size, windows);
  return { memory, [Symbol.dispose]: () => memory[Symbol.dispose]() };
}

function windowsOf(info: RegionInfo): SparseArea[] {
  const sparse = info.capabilities.find((capability) => capability.id === "sparse-mmap");
  const areas = sparse !== undefined && "areas" in sparse ? sparse.areas : [{ offset: 0, size: info.size }];
  return areas.flatMap(({ offset, size }) =>
    Array.from({ length: Math.ceil(size / WINDOW) }, (_, i) => ({
      offset: offset + i * WINDOW,
      size: Math.min(WINDOW, size - i * WINDOW),
    }))
  );
}

/** Sends each access to the window it lies in, or through the kernel where there is none. */
class PartlyMapped implements Memory, Disposable {
  readonly #region: Region;
  readonly #windows: readonly SparseArea[];
  readonly #mappings: (Mapping | undefined)[] = [];
  #size: number;

  constructor(region: Region, size: number, windows: readonly SparseArea[]) {
    this.#region = region;
    this.#size = size;
    this.#windows = windows;
  }

  get size(): number {
    return this.#size;
  }

  read8(offset: number): number {
    const mapping = this.#at(offset, 1);
    return mapping === undefined ? this.#region.read8(offset) : mapping.read8(offset - mapping.offset);
  }

  read16(offset: number): number {
    const mapping = this.#at(offset, 2);
    return mapping === undefined ? this.#region.read16(offset) : mapping.read16(offset - mapping.offset);
  }

  read32(offset: number): number {
    const mapping = this.#at(offset, 4);
    return mapping === undefined ? this.#region.read32(offset) : mapping.read32(offset - mapping.offset);
  }

  read64(offset: number): bigint {
    const mapping = this.#at(offset, 8);
    return mapping === undefined ? this.#region.read64(offset) : mapping.read64(offset - mapping.offset);
  }

  write8(offset: number, value: number): void {
    const mapping = this.#at(offset, 1);
    if (mapping === undefined) this.#region.write8(offset, value);
    else mapping.write8(offset - mapping.offset, value);
  }

  write16(offset: number, value: number): void {
    const mapping = this.#at(offset, 2);
    if (mapping === undefined) this.#region.write16(offset, value);
    else mapping.write16(offset - mapping.offset, value);
  }

  write32(offset: number, value: number): void {
    const mapping = this.#at(offset, 4);
    if (mapping === undefined) this.#region.write32(offset, value);
    else mapping.write32(offset - mapping.offset, value);
  }

  write64(offset: number, value: bigint): void {
    const mapping = this.#at(offset, 8);
    if (mapping === undefined) this.#region.write64(offset, value);
    else mapping.write64(offset - mapping.offset, value);
  }

  [Symbol.dispose](): void {
    if (this.#size === 0) return;
    this.#size = 0;
    using steps = new DisposableStack();
    for (const mapping of this.#mappings) steps.use(mapping);
  }

  /** The mapping that holds the whole access; after dispose the region, whose handle is closed, says EBADF. */
  #at(offset: number, bytes: 1 | 2 | 4 | 8): Mapping | undefined {
    if (this.#size === 0) return undefined;
    checkAccess(this.#size, offset, bytes);
    const i = this.#windows.findIndex((window) =>
      offset >= window.offset && offset + bytes <= window.offset + window.size
    );
    const window = this.#windows[i];
    if (window === undefined) return undefined;
    return this.#mappings[i] ??= this.#region.map(window);
  }
}
