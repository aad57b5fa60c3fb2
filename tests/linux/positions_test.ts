import { assertEquals } from "@std/assert";
import { positionOf, startOf } from "../../backends/linux/positions.ts";

Deno.test("startOf() puts a region's index above bit 40, and none where an offset would not fit", () => {
  assertEquals([0, 1, 7].map(startOf), [0n, 1n << 40n, 7n << 40n]);
  for (const index of [0x7f_ffff, 0x80_0000, 0xffff_ffff]) assertEquals(startOf(index), 0x7f_ffffn << 40n);
});

Deno.test("positionOf() tells where an offset is, beyond 32 bits and up to the last one", () => {
  for (const offset of [0, 1, 4, 0x1_0000, 2 ** 32, 2 ** 32 + 4, 2 ** 40 - 1]) {
    for (const index of [0, 7, 0x7f_ffff]) {
      assertEquals(positionOf(startOf(index), offset), startOf(index) + BigInt(offset));
    }
  }
});
