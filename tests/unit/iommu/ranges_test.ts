import { assertEquals } from "@std/assert";
import {
  contains,
  formatRange,
  intersect,
  overlaps,
  rangeOf,
  sizeOf,
  subtract,
  wraps,
} from "../../../iommu/ranges.ts";
import { Random } from "./machine.ts";

function range(start: number, last: number): { start: bigint; last: bigint } {
  return { start: BigInt(start), last: BigInt(last) };
}

Deno.test("rangeOf() and sizeOf() count both ends", () => {
  assertEquals(rangeOf(0x1000n, 0x1000n), { start: 0x1000n, last: 0x1fffn });
  assertEquals(sizeOf({ start: 0x1000n, last: 0x1fffn }), 0x1000n);
  assertEquals(sizeOf(rangeOf(0n, 2n ** 64n)), 2n ** 64n);
});

Deno.test("wraps() lets a range end with the last address", () => {
  assertEquals(wraps(2n ** 64n - 4096n, 4096n), false);
  assertEquals(wraps(2n ** 64n - 4096n, 4097n), true);
  assertEquals(wraps(0n, 2n ** 64n - 1n), false);
});

Deno.test("contains() and overlaps() count both ends", () => {
  assertEquals(contains(range(1, 4), range(1, 4)), true);
  assertEquals(contains(range(1, 4), range(0, 4)), false);
  assertEquals(contains(range(1, 4), range(1, 5)), false);
  assertEquals(overlaps(range(1, 4), range(4, 9)), true);
  assertEquals(overlaps(range(1, 4), range(5, 9)), false);
  assertEquals(overlaps(range(5, 9), range(1, 4)), false);
});

Deno.test("subtract() cuts the MSI window out of an aperture, as the kernel does on a PC", () => {
  assertEquals(
    subtract([{ start: 0n, last: 0xffff_ffff_ffffn }], [{ start: 0xfee0_0000n, last: 0xfeef_ffffn }]),
    [
      { start: 0n, last: 0xfedf_ffffn },
      { start: 0xfef0_0000n, last: 0xffff_ffff_ffffn },
    ],
  );
});

Deno.test("subtract() gives nothing when all is covered", () => {
  assertEquals(subtract([range(5, 9)], [range(0, 6), range(7, 100)]), []);
});

Deno.test("subtract() and intersect() agree with counting each address", () => {
  const random = new Random(1);
  const draw = () => {
    const start = random.below(40);
    return range(start, start + random.below(12));
  };
  const members = (ranges: readonly { start: bigint; last: bigint }[]) => {
    const all = new Set<bigint>();
    for (const { start, last } of ranges) for (let at = start; at <= last; at++) all.add(at);
    return all;
  };
  for (let round = 0; round < 2000; round++) {
    const ranges = [range(0, 9), range(12, 12), range(15, 40)];
    const holes = Array.from({ length: random.below(4) }, draw);
    const left = subtract(ranges, holes);
    assertEquals(members(left), members(ranges).difference(members(holes)));
    const window = draw();
    assertEquals(members(intersect(ranges, window)), members(ranges).intersection(members([window])));
    for (const [index, { start, last }] of left.entries()) {
      assertEquals(start <= last && start > (left[index - 1]?.last ?? -1n), true, "in order, none empty");
    }
  }
});

Deno.test("formatRange() writes both ends in hexadecimal", () => {
  assertEquals(formatRange(range(0x1000, 0x1fff)), "[0x1000, 0x1fff]");
});
