/** DataTransfer: a command's data in the host's memory, found by its PRPs. */
import type { DeviceBus } from "../device_model.ts";
import type { Command } from "./command.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

/** Bytes of an entry in a list of PRPs. */
const ENTRY = 8;

/** A part of the data that lies in one page. */
interface Extent {
  readonly address: bigint;
  readonly size: number;
}

/**
 * The way to a command's data. Every method tells a status: 0, or what is wrong with the command's PRPs or with the
 * memory they point to.
 *
 * @see NVM Express Base Specification 1.4, section 4.3
 */
export class DataTransfer {
  readonly #bus: Pick<DeviceBus, "readMemory" | "writeMemory">;
  /** Bytes of a memory page, as `cc.mps` says. */
  pageSize = 4096;

  /** Goes through `bus`. */
  constructor(bus: Pick<DeviceBus, "readMemory" | "writeMemory">) {
    this.#bus = bus;
  }

  /** Reads a command's data. */
  fetch(command: Command, into: Uint8Array): number {
    return this.#transfer(command, into, (address, part) => this.#bus.readMemory(address, part));
  }

  /** Writes a command's data. */
  deliver(command: Command, from: Uint8Array): number {
    return this.#transfer(command, from, (address, part) => this.#bus.writeMemory(address, part));
  }

  #transfer(
    command: Command,
    bytes: Uint8Array,
    move: (address: bigint, part: Uint8Array) => boolean,
  ): number {
    const extents = this.#extents(command, bytes.length);
    if (typeof extents === "number") return extents;
    let done = 0;
    for (const { address, size } of extents) {
      if (!move(address, bytes.subarray(done, done + size))) return NVME_STATUS.dataTransferError;
      done += size;
    }
    return NVME_STATUS.success;
  }

  /** Finds all pages before anything is moved: a command with a wrong one has no effect. */
  #extents({ prp1, prp2 }: Command, length: number): Extent[] | number {
    if (prp1 % 4n !== 0n) return NVME_STATUS.invalidPrpOffset;
    const first = Math.min(length, this.pageSize - this.#offset(prp1));
    const left = length - first;
    const extents = [{ address: prp1, size: first }];
    if (left === 0) return extents;
    if (left > this.pageSize) return this.#list(prp2, left, extents);
    if (this.#offset(prp2) !== 0) return NVME_STATUS.invalidPrpOffset;
    extents.push({ address: prp2, size: left });
    return extents;
  }

  /** The first list may begin anywhere in its page; where a page does not hold the rest, its last entry is the next list. */
  #list(start: bigint, length: number, extents: Extent[]): Extent[] | number {
    if (start % BigInt(ENTRY) !== 0n) return NVME_STATUS.invalidPrpOffset;
    let list = start;
    for (let left = length; left > 0;) {
      const room = (this.pageSize - this.#offset(list)) / ENTRY;
      const needed = Math.ceil(left / this.pageSize);
      const entries = this.#entries(list, Math.min(needed, room));
      if (typeof entries === "number") return entries;
      if (entries.some((entry) => this.#offset(entry) !== 0)) return NVME_STATUS.invalidPrpOffset;
      if (needed > room) list = entries.pop() ?? 0n;
      for (const address of entries) {
        const size = Math.min(left, this.pageSize);
        extents.push({ address, size });
        left -= size;
      }
    }
    return extents;
  }

  #entries(list: bigint, count: number): bigint[] | number {
    const bytes = new Uint8Array(count * ENTRY);
    if (!this.#bus.readMemory(list, bytes)) return NVME_STATUS.dataTransferError;
    const view = new DataView(bytes.buffer);
    return Array.from({ length: count }, (_, i) => view.getBigUint64(i * ENTRY, true));
  }

  #offset(address: bigint): number {
    return Number(address % BigInt(this.pageSize));
  }
}
