/**
 * VolatileMemory: the eight accesses, each exactly one load or store of its width.
 *
 * A load is `Atomics.load` on an aligned typed array: one mov in every tier of V8, never merged with another nor
 * dropped; of 32 bits a signed one, since an unsigned number with its upper bit set would be made on the heap. A store is
 * a plain one: exact too, where `Atomics.store` would be an exchange that reads the register. A DataView goes byte by
 * byte until it is hot. What decides whether an access may happen at all is one number, the end of what is open: 0 while
 * the memory is closed for whatever reason, which is found out only then.
 */
import { checkAccess, checkValue, isU64 } from "../core/checks.ts";
import type { AddressedMemory } from "../core/memory.ts";

/** What an access does. */
export type Access = "read" | "write";

/** Memory whose every access counts. */
export abstract class VolatileMemory implements AddressedMemory {
  #u8 = new Uint8Array(0);
  #u16 = new Uint16Array(0);
  #i32 = new Int32Array(0);
  #u64 = new BigUint64Array(0);
  /** Bytes that may be read and written now. */
  #readEnd = 0;
  #writeEnd = 0;

  /** Address in this process. */
  abstract readonly vaddr: bigint;
  /** Bytes; 0 after dispose. */
  abstract get size(): number;

  /** Reads 8 bits. */
  read8(offset: number): number {
    if (offset >>> 0 !== offset || offset > this.#readEnd - 1) this.#admitRead(offset, 1);
    return Atomics.load(this.#u8, offset);
  }

  /** Reads 16 bits. */
  read16(offset: number): number {
    if (offset >>> 0 !== offset || (offset & 1) !== 0 || offset > this.#readEnd - 2) {
      this.#admitRead(offset, 2);
    }
    return Atomics.load(this.#u16, offset >>> 1);
  }

  /** Reads 32 bits. */
  read32(offset: number): number {
    if (offset >>> 0 !== offset || (offset & 3) !== 0 || offset > this.#readEnd - 4) {
      this.#admitRead(offset, 4);
    }
    return Atomics.load(this.#i32, offset >>> 2) >>> 0;
  }

  /** Reads 64 bits. */
  read64(offset: number): bigint {
    if (offset >>> 0 !== offset || (offset & 7) !== 0 || offset > this.#readEnd - 8) {
      this.#admitRead(offset, 8);
    }
    return Atomics.load(this.#u64, offset >>> 3);
  }

  /** Writes 8 bits. */
  write8(offset: number, value: number): void {
    if (
      offset >>> 0 !== offset || offset > this.#writeEnd - 1 || value >>> 0 !== value || value > 0xff
    ) this.#admitWrite(offset, 1, value);
    this.#u8[offset] = value;
  }

  /** Writes 16 bits. */
  write16(offset: number, value: number): void {
    if (
      offset >>> 0 !== offset || (offset & 1) !== 0 || offset > this.#writeEnd - 2 ||
      value >>> 0 !== value || value > 0xffff
    ) this.#admitWrite(offset, 2, value);
    this.#u16[offset >>> 1] = value;
  }

  /** Writes 32 bits. */
  write32(offset: number, value: number): void {
    if (
      offset >>> 0 !== offset || (offset & 3) !== 0 || offset > this.#writeEnd - 4 || value >>> 0 !== value
    ) this.#admitWrite(offset, 4, value);
    this.#i32[offset >>> 2] = value;
  }

  /** Writes 64 bits. */
  write64(offset: number, value: bigint): void {
    if (
      offset >>> 0 !== offset || (offset & 7) !== 0 || offset > this.#writeEnd - 8 ||
      !isU64(value)
    ) this.#admitWrite(offset, 8, value);
    this.#u64[offset >>> 3] = value;
  }

  /** Unmaps it. Again is a no-op. */
  abstract [Symbol.dispose](): void;

  /** Goes by this buffer from here on; it stays closed until {@linkcode open}. */
  protected use(buffer: ArrayBuffer): void {
    this.shut();
    const size = buffer.byteLength;
    this.#u8 = new Uint8Array(buffer);
    this.#u16 = new Uint16Array(buffer, 0, size >>> 1);
    this.#i32 = new Int32Array(buffer, 0, Math.floor(size / 4));
    this.#u64 = new BigUint64Array(buffer, 0, Math.floor(size / 8));
  }

  /** Lets accesses happen. */
  protected open(readable: boolean, writable: boolean): void {
    this.#readEnd = readable ? this.size : 0;
    this.#writeEnd = writable ? this.size : 0;
  }

  /** Sends each access through {@linkcode admit} first. */
  protected shut(): void {
    this.#readEnd = this.#writeEnd = 0;
  }

  /** Throws what an access meets after dispose. */
  protected abstract check(): void;

  /** Called for an access that is right in itself while the memory is shut: opens it, or throws. */
  protected abstract admit(access: Access): void;

  #admitRead(offset: number, bytes: 1 | 2 | 4 | 8): void {
    this.check();
    checkAccess(this.size, offset, bytes);
    this.admit("read");
  }

  #admitWrite(offset: number, bytes: 1 | 2 | 4 | 8, value: number | bigint): void {
    this.check();
    checkAccess(this.size, offset, bytes);
    checkValue(value, bytes);
    this.admit("write");
  }
}
