import { assertEquals } from "@std/assert";
import { indexOf, pageLevel, spanOf } from "../../../iommu/table_levels.ts";

Deno.test("spanOf() and indexOf() take a frame apart and put it together again, up to 64 bits", () => {
  for (
    const frame of [
      0,
      1,
      511,
      512,
      2 ** 18 - 1,
      2 ** 27 - 1,
      2 ** 27,
      2 ** 36 + 5,
      2 ** 45 + 2 ** 33,
      2 ** 52 - 1,
    ]
  ) {
    const parts = [0, 1, 2, 3, 4, 5].map((level) => indexOf(frame, level) * spanOf(level));
    assertEquals(parts.reduce((sum, part) => sum + part), frame);
  }
});

Deno.test("pageLevel() gives the biggest page that both addresses and the count allow", () => {
  const level = (frame: number, physical: number, pages: number) => pageLevel(frame | physical, pages);
  assertEquals([level(0, 0, 511), level(0, 0, 512), level(1, 512, 1024), level(512, 1, 1024)], [0, 1, 0, 0]);
  assertEquals([level(0, 0, 2 ** 18 - 1), level(0, 0, 2 ** 18), level(2 ** 18, 512, 2 ** 18)], [1, 2, 1]);
  assertEquals(level(2 ** 45, 2 ** 39, 2 ** 30), 2, "addresses of more than 32 bits");
});
