/** A process's address space: what is mapped where, and what of it is pinned and charged. */
import type { PhysicalRun, PinnedMemory } from "../../iommu/iommu_plugin.ts";
import type { Protection } from "../../core/memory.ts";
import { CHUNK } from "./physical_memory.ts";

/** What stands behind a range of a process's addresses. */
export interface Backing {
  /** Physical address of its first byte; undefined while nothing is there to fault in (a BAR that is not decoded). */
  physical(): number | undefined;
  /** Its pages count against RLIMIT_MEMLOCK when pinned: RAM does, a device's registers do not. */
  readonly counts: boolean;
  acquire(): void;
  release(): void;
}

/** A mapped range of addresses. */
export interface Area {
  readonly vaddr: number;
  /** Bytes, whole pages. */
  readonly size: number;
  readonly backing: Backing;
  protection: Protection;
}

/** Addresses start here, and none is ever used twice: a stale one finds nothing. */
const FIRST = 2 ** 44;

/** Why memory cannot be pinned. */
export type PinFailure = "EFAULT" | "ENOMEM";

/** One process's address space. */
export class ProcessMemory {
  readonly #areas = new Map<number, Area>();
  #next = FIRST;
  #mappings = 0;
  #locked = 0;

  /** How many ranges are mapped. */
  get mappings(): number {
    return this.#mappings;
  }

  /** Bytes that are pinned and counted (VmLck). */
  get locked(): number {
    return this.#locked;
  }

  /** Maps. @param size Bytes, whole pages. */
  map(backing: Backing, size: number, protection: Protection): Area {
    const area: Area = { vaddr: this.#next, size, backing, protection };
    const chunks = Math.ceil(size / CHUNK);
    for (let i = 0; i < chunks; i++) this.#areas.set(this.#next / CHUNK + i, area);
    this.#next += (chunks + 1) * CHUNK;
    this.#mappings++;
    backing.acquire();
    return area;
  }

  /** Unmaps; what is pinned stays pinned. */
  unmap(area: Area): void {
    for (let i = 0; i < Math.ceil(area.size / CHUNK); i++) this.#areas.delete(area.vaddr / CHUNK + i);
    this.#mappings--;
    area.backing.release();
  }

  /** Pins a range; a failure pins and counts nothing. */
  pin(vaddr: bigint, size: bigint, write: boolean, limit: number): Pin | PinFailure {
    const start = Number(vaddr);
    const bytes = Number(size);
    const area = this.#areas.get(Math.floor(start / CHUNK));
    if (area === undefined || start < area.vaddr || start + bytes > area.vaddr + area.size) return "EFAULT";
    const { protection, backing } = area;
    if (protection === "none" || (write && protection === "read") || (!write && protection === "write")) {
      return "EFAULT";
    }
    const physical = backing.physical();
    if (physical === undefined) return "EFAULT";
    const charged = backing.counts ? bytes : 0;
    if (this.#locked + charged > limit) return "ENOMEM";
    this.#locked += charged;
    return new Pin(backing, { physical: BigInt(physical + start - area.vaddr), size }, BigInt(charged));
  }

  /** Counts bytes that are pinned already. @returns Whether the limit allows it. */
  charge(bytes: bigint, limit: number): boolean {
    if (this.#locked + Number(bytes) > limit) return false;
    this.#locked += Number(bytes);
    return true;
  }

  /** Gives counted bytes back. */
  uncharge(bytes: bigint): void {
    this.#locked -= Number(bytes);
  }
}

/** Pages that stay where they are. */
export class Pin implements PinnedMemory {
  readonly runs: readonly PhysicalRun[];
  readonly charged: bigint;
  #backing: Backing | undefined;

  /** Pins `run` of `backing`. */
  constructor(backing: Backing, run: PhysicalRun, charged: bigint) {
    this.#backing = backing;
    this.runs = [run];
    this.charged = charged;
    backing.acquire();
  }

  /** Lets go. Again is a no-op. */
  release(): void {
    this.#backing?.release();
    this.#backing = undefined;
  }
}
