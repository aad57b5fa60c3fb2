/** EmulatedMapping: a mapped part of a BAR. */
import { checkAccess, checkValue } from "../../core/checks.ts";
import type { Protection } from "../../core/memory.ts";
import type { Mapping } from "../../core/region.ts";
import type { DeviceFile } from "./device_file.ts";
import { badDescriptor, kernelError } from "./kernel_error.ts";
import { PAGE } from "./physical_memory.ts";
import type { Area, Backing } from "./process_memory.ts";
import type { Task } from "./task.ts";

/** What a load or store takes of virtual time. */
const ACCESS_NS = 100;

/** What is mapped. */
export interface MappedPart {
  readonly region: number;
  /** Bytes from the start of the region. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly protection: Protection;
}

/** A BAR's registers behind a range of addresses: other devices may reach them (peer to peer). */
class BarBacking implements Backing {
  readonly counts = false;
  readonly #file: DeviceFile;
  readonly #part: MappedPart;

  constructor(file: DeviceFile, part: MappedPart) {
    this.#file = file;
    this.#part = part;
  }

  physical(): number | undefined {
    const { vfio } = this.#file;
    const bar = vfio.slot.bars.get(this.#part.region);
    return bar === undefined || !vfio.mappingEnabled ? undefined : bar + this.#part.offset;
  }

  acquire(): void {}

  release(): void {}
}

/** A mapping: it holds the device's file, also after its descriptor is closed. */
export class EmulatedMapping implements Mapping {
  readonly region: number;
  readonly offset: number;
  readonly vaddr: bigint;
  readonly #task: Task;
  readonly #file: DeviceFile;
  readonly #area: Area;
  #size: number;

  /** Maps; a region does it. */
  constructor(task: Task, file: DeviceFile, part: MappedPart) {
    const { region, offset, size, protection } = part;
    this.#task = task;
    this.#file = file;
    this.region = region;
    this.offset = offset;
    const whole = Math.ceil(size / PAGE) * PAGE;
    // The rest of a small BAR's page is nobody's: it is mapped, but not handed out.
    this.#size = Math.min(size, file.vfio.regions.size(region) - offset);
    this.#area = task.memory.map(new BarBacking(file, part), whole, protection);
    this.vaddr = BigInt(this.#area.vaddr);
    file.acquire();
  }

  /** Bytes; 0 after dispose. */
  get size(): number {
    return this.#size;
  }

  /** Reads 8 bits. */
  read8(offset: number): number {
    this.#check(offset, 1, "read");
    return this.#file.vfio.slot.readBar(this.region, this.offset + offset, 8);
  }

  /** Reads 16 bits. */
  read16(offset: number): number {
    this.#check(offset, 2, "read");
    return this.#file.vfio.slot.readBar(this.region, this.offset + offset, 16);
  }

  /** Reads 32 bits. */
  read32(offset: number): number {
    this.#check(offset, 4, "read");
    return this.#file.vfio.slot.readBar(this.region, this.offset + offset, 32);
  }

  /** Reads 64 bits. */
  read64(offset: number): bigint {
    this.#check(offset, 8, "read");
    return this.#file.vfio.slot.readBar64(this.region, this.offset + offset);
  }

  /** Writes 8 bits. */
  write8(offset: number, value: number): void {
    this.#check(offset, 1, "write", value);
    this.#file.vfio.slot.writeBar(this.region, this.offset + offset, 8, value);
  }

  /** Writes 16 bits. */
  write16(offset: number, value: number): void {
    this.#check(offset, 2, "write", value);
    this.#file.vfio.slot.writeBar(this.region, this.offset + offset, 16, value);
  }

  /** Writes 32 bits. */
  write32(offset: number, value: number): void {
    this.#check(offset, 4, "write", value);
    this.#file.vfio.slot.writeBar(this.region, this.offset + offset, 32, value);
  }

  /** Writes 64 bits. */
  write64(offset: number, value: bigint): void {
    this.#check(offset, 8, "write", value);
    this.#file.vfio.slot.writeBar64(this.region, this.offset + offset, value);
  }

  /** Unmaps. Again is a no-op. */
  [Symbol.dispose](): void {
    if (this.#size === 0) return;
    this.#size = 0;
    this.#task.memory.unmap(this.#area);
    this.#file.release();
  }

  #check(offset: number, bytes: 1 | 2 | 4 | 8, access: "read" | "write", value?: number | bigint): void {
    this.#checkOpen();
    checkAccess(this.#size, offset, bytes);
    if (value !== undefined) checkValue(value, bytes);
    const { protection } = this.#area;
    if (protection !== "read-write" && protection !== access) {
      throw kernelError("EFAULT", "mmap", this.#subject, `it is protected: "${protection}"`);
    }
    this.#task.machine.queue.tick(ACCESS_NS);
    // What fell due meanwhile may have disposed of it.
    this.#checkOpen();
    if (this.#file.vfio.mappingEnabled) return;
    const operation = access === "read" ? "pread" : "pwrite";
    throw kernelError("EIO", operation, this.#subject, "the device does not decode memory");
  }

  #checkOpen(): void {
    if (this.#size === 0) throw badDescriptor("mmap", this.#subject);
  }

  get #subject(): string {
    return `region ${this.region} of ${this.#file.vfio.slot.address}`;
  }
}
