import { assertEquals } from "@std/assert";
import { Positions, startOf } from "../../backends/linux/positions.ts";

Deno.test("startOf() puts a region's index above bit 40, and none where an offset would not fit", () => {
  assertEquals([0, 1, 7].map(startOf), [0n, 1n << 40n, 7n << 40n]);
  for (const index of [0x7f_ffff, 0x80_0000, 0xffff_ffff]) assertEquals(startOf(index), 0x7f_ffffn << 40n);
});

Deno.test("Positions.at() tells the same again, also for offsets that share a slot", () => {
  // Neighbours, what lies a multiple of all slots apart, beyond 32 bits, and the last one.
  const offsets = [0, 1, 2, 3, 4, 0x100, 0x101, 0x1_0000, 2 ** 32, 2 ** 32 + 4, 2 ** 40 - 1];
  for (const index of [0, 7, 0x7f_ffff]) {
    const positions = new Positions(index);
    for (const offset of [...offsets, ...offsets.toReversed(), ...offsets]) {
      const position = startOf(index) + BigInt(offset);
      assertEquals(positions.of(offset), position);
      assertEquals(positions.at(offset), position);
    }
  }
});
