/** Structs of the kernel's interface, put together by hand: a test of a layout must not read the layout it tests. */
import type { Fixture, Wire } from "../fixture.ts";

/** A number no ioctl of VFIO has. */
export const UNKNOWN = 0x3b7f;

/** The interface below the model. A case that asks must need it. */
export function wireOf(machine: Fixture): Wire {
  if (machine.wire === undefined) {
    throw new Error("The machine has no wire: the case does not say it needs one");
  }
  return machine.wire;
}

/** Fields in their order, little-endian: a number is 32 bits, a bigint 64. */
export function pack(...fields: (number | bigint)[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const field of fields) {
    const width = typeof field === "bigint" ? 8 : 4;
    const value = BigInt(field);
    for (let i = 0; i < width; i++) bytes.push(Number((value >> BigInt(8 * i)) & 0xffn));
  }
  return Uint8Array.from(bytes);
}

/** Fields with zeros behind them, up to `size` bytes. */
export function packInto(size: number, ...fields: (number | bigint)[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  bytes.set(pack(...fields));
  return bytes;
}

/** Reads 32 bits. */
export function u32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

/** Reads 16 bits. */
export function u16(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint16(offset, true);
}

/** Reads 64 bits. */
export function u64(bytes: Uint8Array, offset: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(offset, true);
}
