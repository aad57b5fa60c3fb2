/** Refuses what the kernel's interface cannot carry, and nothing else: all other mistakes are the kernel's to judge. */

/** vfio-pci keeps the region's index above bit 40 of an offset. */
const REGION_LIMIT = 2 ** 40;

/** Gives `value` back when it is an unsigned 32-bit integer. @throws {TypeError} for anything else. */
export function checkU32(name: string, value: number): number {
  if (typeof value !== "number" || value >>> 0 !== value) {
    throw new TypeError(`Cannot use ${show(value)} as ${name}: an integer from 0 to 2^32 - 1 is needed`);
  }
  return value;
}

/** Gives `value` back when it is an unsigned 16-bit integer. @throws {TypeError} for anything else. */
export function checkU16(name: string, value: number): number {
  if (typeof value !== "number" || (value & 0xffff) !== value) {
    throw new TypeError(`Cannot use ${show(value)} as ${name}: an integer from 0 to 2^16 - 1 is needed`);
  }
  return value;
}

/** Whether a value is an unsigned 64-bit bigint: cut off to that many bits it is the same, which the engine has an instruction for. */
export function isU64(value: unknown): value is bigint {
  return typeof value === "bigint" && BigInt.asUintN(64, value) === value;
}

/** Gives `value` back when it is an unsigned 64-bit bigint. @throws {TypeError} for anything else. */
export function checkU64(name: string, value: bigint): bigint {
  if (!isU64(value)) {
    throw new TypeError(`Cannot use ${show(value)} as ${name}: a bigint from 0n to 2n ** 64n - 1n is needed`);
  }
  return value;
}

/** Gives `value` back when it can be an offset in a region. @throws {TypeError} for anything else. */
export function checkRegionOffset(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value >= REGION_LIMIT) {
    throw new TypeError(`Cannot use ${show(value)} as offset: an integer from 0 to 2^40 - 1 is needed`);
  }
  return value;
}

/** Gives `value` back when it is a size in bytes that a number can carry, at least 1. @throws {TypeError} for anything else. */
export function checkSize(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new TypeError(`Cannot use ${show(value)} as ${name}: an integer of at least 1 is needed`);
  }
  return value;
}

/** Gives `value` back when it is a time to wait. @throws {TypeError} for NaN and negative times. */
export function checkTimeout(value: number, name = "timeoutMs"): number {
  if (typeof value !== "number" || !(value >= 0)) {
    throw new TypeError(`Cannot use ${show(value)} as ${name}: 0 or more milliseconds are needed`);
  }
  return value;
}

/** Checks one of the eight accesses. @throws {RangeError} for an offset that is fractional, unaligned or out of bounds. */
export function checkAccess(size: number, offset: number, bytes: 1 | 2 | 4 | 8): void {
  if (!Number.isInteger(offset) || offset < 0 || offset % bytes !== 0 || offset > size - bytes) {
    throw new RangeError(
      `Cannot access ${bytes * 8} bits at ${show(offset)}: a multiple of ${bytes} from 0 to ${
        size - bytes
      } is needed`,
    );
  }
}

/** Checks a value to write with one of the eight accesses. @throws {RangeError} when it does not fit the width. */
export function checkValue(value: number | bigint, bytes: 1 | 2 | 4 | 8): void {
  const fits = bytes === 8
    ? isU64(value)
    : typeof value === "number" && value >>> 0 === value && (bytes === 4 || value < 2 ** (8 * bytes));
  if (!fits) throw new RangeError(`Cannot write ${show(value)} in ${bytes * 8} bits: it does not fit`);
}

const byteLength = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "byteLength")
  ?.get;

/** Tells a buffer's size from its intrinsic length: a subclass may lie. @throws {TypeError} when it is no Uint8Array. */
export function byteLengthOf(name: string, buffer: Uint8Array): number {
  if (!(buffer instanceof Uint8Array)) {
    throw new TypeError(`Cannot use ${show(buffer)} as ${name}: a Uint8Array is needed`);
  }
  return byteLength?.call(buffer) as number;
}

function show(value: unknown): string {
  return typeof value === "bigint"
    ? `${value}n`
    : typeof value === "string"
    ? JSON.stringify(value)
    : String(value);
}
