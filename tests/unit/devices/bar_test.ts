import { assertEquals, assertThrows } from "@std/assert";
import { barMask, barType } from "../../../devices/bar.ts";

Deno.test("barMask() leaves the low bits of a BAR's size", () => {
  assertEquals(barMask({ kind: "memory32", size: 1 << 20 }) & 0xffff_ffffn, 0xfff0_0000n);
  assertEquals(barMask({ kind: "memory64", size: 2 ** 40 }), 0xffff_ff00_0000_0000n);
  assertEquals(barMask({ kind: "io", size: 4 }) & 0xffff_ffffn, 0xffff_fffcn);
  assertEquals(barMask({ kind: "memory32", size: 2 ** 31 }) & 0xffff_ffffn, 0x8000_0000n);
});

Deno.test("barMask() refuses sizes that no BAR has", () => {
  for (const size of [0, 8, 24, 4097, -16, NaN, 2 ** 32, Infinity]) {
    assertThrows(() => barMask({ kind: "memory32", size }), RangeError);
  }
  assertThrows(() => barMask({ kind: "io", size: 2 }), RangeError);
  assertThrows(() => barMask({ kind: "memory64", size: 3 * 2 ** 32 }), RangeError);
});

Deno.test("barType() tells the bits that a BAR's address has not", () => {
  const size = 4096;
  assertEquals(barType({ kind: "memory32", size }), 0);
  assertEquals(barType({ kind: "memory64", size }), 4);
  assertEquals(barType({ kind: "memory64", size, prefetchable: true }), 0xc);
  assertEquals(barType({ kind: "io", size }), 1);
});
