/** EmulatedRegion: a window on a region, through the kernel. */
import { byteLengthOf, checkAccess, checkRegionOffset, checkValue } from "../../core/checks.ts";
import type { ErrorCode } from "../../core/errors.ts";
import type { MapOptions, Mapping, Region, RegionInfo } from "../../core/region.ts";
import type { EmulatedDevice } from "./device.ts";
import { badDescriptor, kernelError } from "./kernel_error.ts";
import { EmulatedMapping } from "./mapping.ts";
import { PAGE } from "./physical_memory.ts";
import type { Task } from "./task.ts";
import { REGION } from "./vfio_pci/regions.ts";

/** A region of an open device. */
export class EmulatedRegion implements Region {
  readonly index: number;
  readonly #device: EmulatedDevice;
  readonly #task: Task;
  readonly #bytes = new Uint8Array(8);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #parts = new Map([1, 2, 4, 8].map((size) => [size, this.#bytes.subarray(0, size)]));

  /** Makes the window; the device does it. */
  constructor(device: EmulatedDevice, task: Task, index: number) {
    this.#device = device;
    this.#task = task;
    this.index = index;
  }

  /** Size in bytes; 0 after the device is closed. */
  get size(): number {
    return this.#device.closed ? 0 : this.#device.state.vfio.regions.info(this.index)?.size ?? 0;
  }

  /** Asks the kernel about the region. */
  info(): RegionInfo {
    return this.#device.regionInfo(this.index);
  }

  /** Reads once. */
  read(offset: number, into: Uint8Array<ArrayBuffer>): number {
    checkRegionOffset(offset);
    byteLengthOf("into", into);
    this.#enter("pread");
    return this.#result("pread", this.#device.state.vfio.read(this.index, offset, into));
  }

  /** Writes once. */
  write(offset: number, from: Uint8Array<ArrayBuffer>): number {
    checkRegionOffset(offset);
    byteLengthOf("from", from);
    this.#enter("pwrite");
    return this.#result("pwrite", this.#device.state.vfio.write(this.index, offset, from));
  }

  /** Maps a part of the region. */
  map(options: MapOptions = {}): Mapping {
    const { offset = 0, protection = "read-write" } = options;
    checkRegionOffset(offset);
    this.#enter("mmap");
    const { vfio } = this.#device.state;
    const { regions } = vfio;
    const size = options.size ?? Math.max(0, regions.size(this.index) - offset);
    if (this.index > REGION.bar5 || !regions.mappable(this.index)) {
      throw this.#refuse("EINVAL", "mmap", "it cannot be mapped");
    }
    if (
      size < 1 || offset % PAGE !== 0 ||
      offset + Math.ceil(size / PAGE) * PAGE > regions.mappableSize(this.index)
    ) {
      throw this.#refuse(
        "EINVAL",
        "mmap",
        `[${offset}, +${size}) is not inside its ${regions.size(this.index)} bytes`,
      );
    }
    return new EmulatedMapping(this.#task, this.#device.state, {
      region: this.index,
      offset,
      size,
      protection,
    });
  }

  /** Reads 8 bits. */
  read8(offset: number): number {
    this.#read(offset, 1);
    return this.#view.getUint8(0);
  }

  /** Reads 16 bits. */
  read16(offset: number): number {
    this.#read(offset, 2);
    return this.#view.getUint16(0, true);
  }

  /** Reads 32 bits. */
  read32(offset: number): number {
    this.#read(offset, 4);
    return this.#view.getUint32(0, true);
  }

  /** Reads 64 bits. */
  read64(offset: number): bigint {
    this.#read(offset, 8);
    return this.#view.getBigUint64(0, true);
  }

  /** Writes 8 bits. */
  write8(offset: number, value: number): void {
    this.#checkWrite(offset, value, 1);
    this.#view.setUint8(0, value);
    this.#write(offset, 1);
  }

  /** Writes 16 bits. */
  write16(offset: number, value: number): void {
    this.#checkWrite(offset, value, 2);
    this.#view.setUint16(0, value, true);
    this.#write(offset, 2);
  }

  /** Writes 32 bits. */
  write32(offset: number, value: number): void {
    this.#checkWrite(offset, value, 4);
    this.#view.setUint32(0, value, true);
    this.#write(offset, 4);
  }

  /** Writes 64 bits. */
  write64(offset: number, value: bigint): void {
    this.#checkWrite(offset, value, 8);
    this.#view.setBigUint64(0, value, true);
    this.#write(offset, 8);
  }

  #read(offset: number, bytes: 1 | 2 | 4 | 8): void {
    if (this.#device.closed) throw badDescriptor("pread", this.#subject);
    checkAccess(this.size, offset, bytes);
    if (this.read(offset, this.#part(bytes)) !== bytes) {
      throw this.#refuse("EIO", "pread", "the read came back short");
    }
  }

  #checkWrite(offset: number, value: number | bigint, bytes: 1 | 2 | 4 | 8): void {
    if (this.#device.closed) throw badDescriptor("pwrite", this.#subject);
    checkAccess(this.size, offset, bytes);
    checkValue(value, bytes);
  }

  #write(offset: number, bytes: 1 | 2 | 4 | 8): void {
    if (this.write(offset, this.#part(bytes)) !== bytes) {
      throw this.#refuse("EIO", "pwrite", "the write came back short");
    }
  }

  #part(bytes: 1 | 2 | 4 | 8): Uint8Array<ArrayBuffer> {
    return this.#parts.get(bytes) ?? this.#bytes;
  }

  get #subject(): string {
    return `region ${this.index} of ${this.#device.name}`;
  }

  #enter(operation: string): void {
    this.#device.enter(operation, this.#subject);
  }

  #result(operation: string, result: number | ErrorCode): number {
    if (typeof result === "number") return result;
    throw this.#refuse(result, operation);
  }

  #refuse(code: ErrorCode, operation: string, detail?: string) {
    return kernelError(code, operation, this.#subject, detail);
  }
}
