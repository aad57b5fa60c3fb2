/** Bytes as memory: what was copied out of a device can be asked as the device can. */
import { byteLengthOf, checkAccess, checkValue } from "./checks.ts";
import type { Memory } from "./memory.ts";

/**
 * Memory over bytes: `registers(new ByteMemory(copy), MAP)` parses what was copied out of DMA memory.
 *
 * The bytes are not copied: writes change them. They must not be a mapping of a device, whose registers one access
 * would reach as several.
 */
export class ByteMemory implements Memory {
  /** Bytes. */
  readonly size: number;
  readonly #view: DataView;

  /** Lays memory over `bytes`. @throws {TypeError} when it is no Uint8Array. */
  constructor(bytes: Uint8Array) {
    this.size = byteLengthOf("bytes", bytes);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, this.size);
  }

  /** Reads 8 bits. */
  read8(offset: number): number {
    checkAccess(this.size, offset, 1);
    return this.#view.getUint8(offset);
  }

  /** Reads 16 bits. */
  read16(offset: number): number {
    checkAccess(this.size, offset, 2);
    return this.#view.getUint16(offset, true);
  }

  /** Reads 32 bits. */
  read32(offset: number): number {
    checkAccess(this.size, offset, 4);
    return this.#view.getUint32(offset, true);
  }

  /** Reads 64 bits. */
  read64(offset: number): bigint {
    checkAccess(this.size, offset, 8);
    return this.#view.getBigUint64(offset, true);
  }

  /** Writes 8 bits. */
  write8(offset: number, value: number): void {
    checkAccess(this.size, offset, 1);
    checkValue(value, 1);
    this.#view.setUint8(offset, value);
  }

  /** Writes 16 bits. */
  write16(offset: number, value: number): void {
    checkAccess(this.size, offset, 2);
    checkValue(value, 2);
    this.#view.setUint16(offset, value, true);
  }

  /** Writes 32 bits. */
  write32(offset: number, value: number): void {
    checkAccess(this.size, offset, 4);
    checkValue(value, 4);
    this.#view.setUint32(offset, value, true);
  }

  /** Writes 64 bits. */
  write64(offset: number, value: bigint): void {
    checkAccess(this.size, offset, 8);
    checkValue(value, 8);
    this.#view.setBigUint64(offset, value, true);
  }
}
