/** Place: bytes that calls are given again and again, whose address is found out once. */
import { pointerTo } from "./libc.ts";
import type { Pointer } from "./libc.ts";

/**
 * Zeroed bytes that do not move, as words of each width.
 *
 * System calls are synchronous, so one place for each kind of call is enough: nobody else comes between filling it,
 * the call, and reading what came.
 */
export class Place {
  /** As bytes. */
  readonly u8: Uint8Array<ArrayBuffer>;
  /** As 16-bit words. */
  readonly u16: Uint16Array<ArrayBuffer>;
  /** As 32-bit words. */
  readonly u32: Uint32Array<ArrayBuffer>;
  /** As 64-bit words. */
  readonly u64: BigUint64Array<ArrayBuffer>;
  #pointer: Pointer | undefined;

  /** Makes a place; asks for its address when it is first used. @param size Bytes, a multiple of 8. */
  constructor(size: number) {
    const buffer = new ArrayBuffer(size);
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
  }

  /** Where it lies. */
  get pointer(): Pointer {
    return this.#pointer ??= pointerTo(this.u8.buffer);
  }
}
