import { assertEquals, assertThrows } from "@std/assert";
import {
  byteLengthOf,
  checkAccess,
  checkRegionOffset,
  checkSize,
  checkTimeout,
  checkU32,
  checkU64,
  checkValue,
} from "../../../core/checks.ts";

/** What a caller without types could hand over. */
function wrong(value: unknown): never {
  return value as never;
}

Deno.test("checkU32() takes 0 to 2^32 - 1 and nothing else", () => {
  for (const value of [0, 1, 2 ** 32 - 1]) assertEquals(checkU32("x", value), value);
  for (const value of [-1, 2 ** 32, 0.5, NaN, Infinity, "1", 1n, null]) {
    assertThrows(() => checkU32("count", wrong(value)), TypeError, "count");
  }
});

Deno.test("checkU64() takes bigints from 0 to 2^64 - 1 and nothing else", () => {
  for (const value of [0n, 2n ** 64n - 1n]) assertEquals(checkU64("x", value), value);
  for (const value of [-1n, 2n ** 64n, 1, "1", undefined]) {
    assertThrows(() => checkU64("iova", wrong(value)), TypeError, "iova");
  }
});

Deno.test("checkRegionOffset() refuses what would reach into the next region", () => {
  assertEquals(checkRegionOffset(2 ** 40 - 1), 2 ** 40 - 1);
  for (const value of [-1, 2 ** 40, 1.5, NaN]) assertThrows(() => checkRegionOffset(value), TypeError);
});

Deno.test("checkSize() and checkTimeout() name what they refuse", () => {
  for (const value of [0, -1, 1.5, NaN, 2 ** 53]) {
    assertThrows(() => checkSize("size", value), TypeError, "size");
  }
  for (const value of [-1, NaN]) assertThrows(() => checkTimeout(value), TypeError, "timeoutMs");
  assertEquals(checkTimeout(Infinity), Infinity);
});

Deno.test("checkAccess() refuses offsets that are fractional, unaligned or out of bounds", () => {
  checkAccess(16, 8, 8);
  checkAccess(16, 15, 1);
  for (const offset of [-4, 2, 4.5, NaN, 16, 2 ** 32]) {
    assertThrows(() => checkAccess(16, offset, 4), RangeError, "32 bits");
  }
  assertThrows(() => checkAccess(0, 0, 1), RangeError);
});

Deno.test("checkValue() refuses what does not fit the width", () => {
  for (const [value, bytes] of [[0xff, 1], [0xffff, 2], [0xffff_ffff, 4], [2n ** 64n - 1n, 8]] as const) {
    checkValue(value, bytes);
  }
  for (
    const [value, bytes] of [[0x100, 1], [0x1_0000, 2], [2 ** 32, 4], [-1, 4], [0.5, 1], [2n ** 64n, 8], [
      1,
      8,
    ], [1n, 4]] as const
  ) {
    assertThrows(() => checkValue(value, bytes), RangeError);
  }
});

Deno.test("byteLengthOf() is not fooled by a subclass", () => {
  class Liar extends Uint8Array {
    override get byteLength(): number {
      return 1000;
    }
  }
  assertEquals(byteLengthOf("x", new Liar(4)), 4);
  assertThrows(() => byteLengthOf("data", wrong([1, 2])), TypeError, "data");
});
