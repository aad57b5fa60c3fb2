import { assertEquals } from "@std/assert";
import { ENTRIES } from "../../../iommu/table_levels.ts";
import { grown, tableOf, TablePool, USED } from "../../../iommu/table_pool.ts";

Deno.test("TablePool.allocate() hands out tables that do not touch, none of them at 0", () => {
  const pool = new TablePool();
  const tables = Array.from({ length: 20 }, () => pool.allocate());
  assertEquals(pool.size, 20);
  for (const [index, table] of tables.entries()) {
    assertEquals(table > USED, true, "the first entries are nobody's");
    assertEquals(table + USED < (tables[index + 1] ?? Infinity), true);
    assertEquals([table, table + ENTRIES - 1, table + USED].map(tableOf), [table, table, table]);
    assertEquals(table + USED < pool.room, true);
  }
});

Deno.test("TablePool.allocate() takes what was given back before it grows", () => {
  const pool = new TablePool();
  const [first, second] = [pool.allocate(), pool.allocate()];
  pool.release(first);
  assertEquals(pool.size, 1);
  assertEquals(pool.allocate(), first);
  pool.release(second);
  pool.release(first);
  assertEquals([pool.size, pool.allocate(), pool.allocate(), pool.size], [0, first, second, 2]);
});

Deno.test("grown() gives the same array while it is long enough, else a longer one with its content", () => {
  const array = Int32Array.of(1, 2, 3);
  assertEquals([grown(array, 2), grown(array, 3)].every((same) => same === array), true);
  assertEquals(grown(array, 5), Int32Array.of(1, 2, 3, 0, 0));
  assertEquals(grown(Float64Array.of(0.5), 2), Float64Array.of(0.5, 0));
});
