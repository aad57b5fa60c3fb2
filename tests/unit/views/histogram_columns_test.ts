import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { columnsOf, scaleOf } from "../../../views/histogram_columns.ts";

Deno.test("scaleOf() is logarithmic where times differ much", () => {
  assertEquals(scaleOf(100, 399).logarithmic, false);
  assertEquals(scaleOf(100, 400).logarithmic, true);
});

Deno.test("scaleOf() places times between the shortest and the longest, and back", () => {
  for (const [min, max] of [[100, 150], [1, 1e6], [0, 0]] as const) {
    const scale = scaleOf(min, max);
    assertEquals([scale.place(min), scale.place(0), scale.place(1e12)], [0, 0, 1]);
    for (const place of [0, 0.3, 1]) assertAlmostEquals(scale.place(scale.timeAt(place)), place);
  }
});

Deno.test("columnsOf() keeps every count, and is no finer than what was counted", () => {
  const counts = [{ start: 100, count: 3 }, { start: 101, count: 1 }, { start: 103, count: 2 }];
  const columns = columnsOf(counts, { min: 100, max: 103 }, 50);
  assertEquals(columns.map(({ count }) => count), [3, 1, 2]);
  const wide = columnsOf(
    [{ start: 10, count: 1 }, { start: 100_000, count: 7 }],
    { min: 10, max: 100_000 },
    8,
  );
  assertEquals([wide.length, wide[0]?.count, wide[7]?.count], [8, 1, 7]);
  assert(wide.every(({ start, end }) => start < end));
});

Deno.test("columnsOf() gives none without counts", () => {
  assertEquals(columnsOf([], { min: Infinity, max: -Infinity }, 8), []);
});
