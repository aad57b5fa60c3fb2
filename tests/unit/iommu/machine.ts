/** A machine to test IOMMU drivers on: memory with protections, limits, groups. Says what was pinned and charged. */
import type { ErrorCode } from "../../../core/errors.ts";
import { VfioError } from "../../../core/errors.ts";
import type { ReservedRegion } from "../../../core/host.ts";
import type { DmaMap, DmaUnmap, IovaRange } from "../../../core/iommu_driver.ts";
import { readMap, readUnmap } from "../../../core/requests.ts";
import { iommuUnit, MSI_WINDOW, Type1Plugin } from "../../../iommu/mod.ts";
import type {
  IommuGroup,
  IommuHost,
  IommuInstance,
  IommuProcess,
  IommuUnit,
  KernelVersion,
  PhysicalRun,
  PinnedMemory,
} from "../../../iommu/mod.ts";
import { assertInstanceOf, fail } from "@std/assert";

export const PAGE = 4096n;
/** Where the process of a machine has 1 MiB of memory to write, and 1 MiB more after a hole of 1 MiB. */
export const MEMORY = 0x7f00_0000_0000n;
/** 64 KiB that can only be read. */
export const READ_ONLY = 0x7f10_0000_0000n;
/** 64 KiB that cannot be accessed. */
export const NO_ACCESS = 0x7f20_0000_0000n;
/** 1 MiB of a device's registers. */
export const REGISTERS = 0x7f30_0000_0000n;

export const VTD: IommuUnit = iommuUnit("vt-d", { kernel: "7.2" });

/** Memory of a process, physically contiguous. */
export interface Area extends IovaRange {
  readonly protection: "read-write" | "read" | "none";
  readonly physical: bigint;
  readonly registers?: boolean;
}

const AREAS: readonly Area[] = [
  { start: MEMORY, last: MEMORY + 0xf_ffffn, protection: "read-write", physical: 0x1_0000_0000n },
  {
    start: MEMORY + 0x20_0000n,
    last: MEMORY + 0x2f_ffffn,
    protection: "read-write",
    physical: 0x2_0000_0000n,
  },
  { start: READ_ONLY, last: READ_ONLY + 0xffffn, protection: "read", physical: 0x3_0000_0000n },
  { start: NO_ACCESS, last: NO_ACCESS + 0xffffn, protection: "none", physical: 0x4_0000_0000n },
  {
    start: REGISTERS,
    last: REGISTERS + 0xf_ffffn,
    protection: "read-write",
    physical: 0xfe00_0000n,
    registers: true,
  },
];

/** The host. */
export class Machine implements IommuHost {
  readonly kernel: KernelVersion;
  readonly entryLimit: number;
  readonly allowUnsafeInterrupts: boolean;
  noIommuMode = false;
  /** What is pinned and not yet unpinned. */
  readonly pinned = new Set<PinnedMemory>();

  constructor(
    options: { kernel?: KernelVersion; entryLimit?: number; allowUnsafeInterrupts?: boolean } = {},
  ) {
    this.kernel = options.kernel ?? "7.2";
    this.entryLimit = options.entryLimit ?? 65535;
    this.allowUnsafeInterrupts = options.allowUnsafeInterrupts ?? false;
  }

  unpin(memory: PinnedMemory): void {
    if (!this.pinned.delete(memory)) fail("unpinned what was not pinned");
  }
}

/** A process of a machine. Unless told otherwise, all processes have the same memory. */
export class Process implements IommuProcess {
  /** Bytes charged: VmLck. */
  locked = 0n;
  /** RLIMIT_MEMLOCK in bytes; undefined with CAP_IPC_LOCK. */
  limit: bigint | undefined;
  /** What it may beside what its user may. */
  readonly capabilities = new Set<string>();
  /** From this address on, nothing can be written: for buffers that end in unmapped memory. */
  readonly unwritable = new WeakMap<ArrayBuffer, number>();
  readonly #machine: Machine;
  readonly #areas: readonly Area[];

  constructor(machine: Machine, areas: readonly Area[] = AREAS) {
    this.#machine = machine;
    this.#areas = areas;
  }

  pin(vaddr: bigint, size: bigint, write: boolean): PinnedMemory {
    const runs: PhysicalRun[] = [];
    let charged = 0n;
    for (let at = vaddr; at < vaddr + size; at += PAGE) {
      const area = this.#areas.find(({ start, last }) => start <= at && at <= last);
      if (area === undefined || area.protection === "none" || (write && area.protection === "read")) {
        throw error("EFAULT");
      }
      const physical = area.physical + at - area.start;
      if (area.registers !== true) {
        charged += PAGE;
        if (this.limit !== undefined && this.locked + charged > this.limit) throw error("ENOMEM");
      }
      const before = runs.at(-1);
      if (before !== undefined && before.physical + before.size === physical) {
        runs[runs.length - 1] = { physical: before.physical, size: before.size + PAGE };
      } else {
        runs.push({ physical, size: PAGE });
      }
    }
    this.locked += charged;
    const memory = { runs, charged };
    this.#machine.pinned.add(memory);
    return memory;
  }

  charge(bytes: bigint): void {
    if (this.limit !== undefined && this.locked + bytes > this.limit) throw error("ENOMEM");
    this.locked += bytes;
  }

  uncharge(bytes: bigint): void {
    this.locked -= bytes;
  }

  capable(capability: string): boolean {
    return this.capabilities.has(capability);
  }

  isWritable(bytes: Uint8Array<ArrayBuffer>): boolean {
    return bytes.byteOffset + bytes.byteLength <= (this.unwritable.get(bytes.buffer) ?? Infinity);
  }
}

function error(code: ErrorCode): VfioError {
  return new VfioError({ code, operation: "VFIO_IOMMU_MAP_DMA", subject: "memory" });
}

let groups = 0;

/** Makes a group of one device. */
export function group(
  options: Partial<IommuUnit> & { reserved?: readonly ReservedRegion[] } = {},
): IommuGroup {
  const { reserved = [MSI_WINDOW], ...unit } = options;
  const id = groups++;
  const devices = [`0000:00:${(id % 32).toString(16).padStart(2, "0")}.0`];
  return { id, devices, reserved, unit: { ...VTD, ...unit } };
}

/** A container with one group, ready to map. */
export class Bench {
  readonly machine: Machine;
  readonly process: Process;
  readonly iommu: IommuInstance;
  readonly group: IommuGroup;

  constructor(
    options: { kernel?: KernelVersion; entryLimit?: number; v1?: boolean; group?: IommuGroup } = {},
  ) {
    this.machine = new Machine(options);
    this.process = new Process(this.machine);
    this.iommu = new Type1Plugin().open(options.v1 ? 1 : 3, this.machine);
    this.group = options.group ?? group();
    this.iommu.attachGroup(this.group, "VFIO_SET_IOMMU");
  }

  /** Maps; by default a page of MEMORY, for reading and writing. */
  map(request: Partial<DmaMap> = {}, process: Process = this.process): void {
    const all = {
      iova: 0x10_0000n,
      vaddr: MEMORY,
      size: PAGE,
      read: !request.updateVaddr,
      write: !request.updateVaddr,
    };
    this.iommu.map(readMap({ ...all, ...request }), process);
  }

  unmap(request: Partial<DmaUnmap> = {}): bigint {
    return this.iommu.unmap(readUnmap({ iova: 0n, size: 0n, ...request }), this.process);
  }

  /** Where an access of the device ends up: an address, or the words of the fault. */
  translate(iova: bigint, write = false): bigint | string {
    const translation = this.iommu.translate(this.group.devices[0] ?? "", iova, write);
    return "fault" in translation ? translation.fault : translation.physical;
  }
}

/** Tells the errno of what `body` throws; undefined when it does not. */
export function codeOf(body: () => unknown): ErrorCode | undefined {
  return errorOf(body)?.code;
}

/** Gives the error that `body` throws; undefined when it does not. */
export function errorOf(body: () => unknown): VfioError | undefined {
  try {
    body();
    return undefined;
  } catch (error) {
    assertInstanceOf(error, VfioError);
    return error;
  }
}

/** Numbers that look random and repeat: mulberry32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return Math.floor(((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32 * limit);
  }

  /** One of these. */
  pick<T>(...values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}
