import { assertEquals } from "@std/assert";
import { RangeList } from "../../../iommu/range_list.ts";
import type { FrameRange } from "../../../iommu/range_list.ts";
import { Random } from "./machine.ts";

Deno.test("RangeList.find() gives the lowest range that ends at a frame or above", () => {
  const list = new RangeList<FrameRange>();
  const [low, high] = [{ first: 2, last: 4 }, { first: 8, last: 8 }];
  list.add(high);
  list.add(low);
  assertEquals([0, 2, 4, 5, 8, 9].map((frame) => list.find(frame)), [low, low, low, high, high, undefined]);
  assertEquals([...list], [low, high]);
});

Deno.test("RangeList agrees with a sorted array, over blocks that split and vanish", () => {
  const random = new Random(1);
  const list = new RangeList<FrameRange>();
  let model: FrameRange[] = [];
  const universe = 8000;
  for (let round = 0; round < 30000; round++) {
    // Grows to thousands of ranges, then shrinks to few, again and again.
    const isGrowing = Math.floor(round / 5000) % 2 === 0;
    const first = random.below(universe);
    const last = Math.min(universe - 1, first + random.below(3));
    const hit = model.find((range) => range.last >= first);
    assertEquals(list.find(first), hit);
    if (random.below(10) < (isGrowing ? 9 : 1)) {
      if (hit !== undefined && hit.first <= last) continue;
      const range = { first, last };
      list.add(range);
      model.push(range);
      model.sort((a, b) => a.first - b.first);
    } else if (hit !== undefined) {
      list.delete(hit);
      model = model.filter((range) => range !== hit);
    }
    if (round % 100 !== 0) continue;
    assertEquals(list.size, model.length);
    assertEquals([...list], model);
    for (const pages of [1, 2, 3, 4]) {
      const accept = (range: FrameRange) => range.first >= first;
      const expected = model.find((range) => range.last - range.first + 1 >= pages && accept(range));
      assertEquals(list.findLong(pages, accept), expected);
    }
  }
});

Deno.test("RangeList.findLong() sees a range that grew by being taken out and added again", () => {
  const list = new RangeList<{ first: number; last: number }>();
  const gap = { first: 1, last: 2 };
  list.add(gap);
  assertEquals(list.findLong(3, () => true), undefined);
  list.delete(gap);
  gap.last = 3;
  list.add(gap);
  assertEquals(list.findLong(3, () => true), gap);
});

Deno.test("RangeList.moveFirst() moves a range's lower end, and findLong() sees that it grew", () => {
  const list = new RangeList<{ first: number; last: number }>();
  const gap = { first: 5, last: 6 };
  list.add(gap);
  list.moveFirst(gap, 6);
  assertEquals([...list], [{ first: 6, last: 6 }]);
  assertEquals(list.findLong(2, () => true), undefined);
  list.moveFirst(gap, 4);
  assertEquals(list.findLong(3, () => true), gap);
  assertEquals(list.find(3), gap);
});

Deno.test("RangeList takes ranges again after its last one is gone", () => {
  const list = new RangeList<FrameRange>();
  for (const first of [7, 3, 9]) {
    const range = { first, last: first };
    list.add(range);
    assertEquals([list.size, list.find(0)], [1, range]);
    list.delete(range);
    assertEquals([list.size, list.find(0)], [0, undefined]);
    assertEquals([...list], []);
  }
});
