import { assertEquals, assertLess } from "@std/assert";
import { PageTable } from "../../../iommu/page_table.ts";
import { Random } from "./machine.ts";

const BOTH = { read: true, write: true };

Deno.test("PageTable.translate() finds nothing in an empty table, at any address", () => {
  const table = new PageTable();
  for (const frame of [0, 1, 511, 512, 2 ** 36 - 1, 2 ** 36, 2 ** 52 - 1]) {
    assertEquals(table.translate(frame, false), -1);
  }
});

Deno.test("PageTable.translate() needs the right it is asked for", () => {
  const table = new PageTable();
  table.map(1, 101, 1, { read: true, write: false });
  table.map(2, 102, 1, { read: false, write: true });
  table.map(3, 103, 1, { read: false, write: false });
  assertEquals([1, 2, 3].map((frame) => table.translate(frame, false)), [101, -1, -1]);
  assertEquals([1, 2, 3].map((frame) => table.translate(frame, true)), [-1, 102, -1]);
});

Deno.test("PageTable.map() uses superpages where both addresses allow, and they translate page by page", () => {
  const table = new PageTable();
  table.map(2 ** 18, 2 ** 20, 2 ** 18, BOTH);
  assertEquals(table.tableCount, 1, "1 GiB takes one entry of the root");
  for (const page of [0, 1, 511, 512, 2 ** 18 - 1]) {
    assertEquals(table.translate(2 ** 18 + page, true), 2 ** 20 + page);
  }
  assertEquals(table.translate(2 ** 18 - 1, true), -1);
  assertEquals(table.translate(2 ** 19, true), -1);
  table.map(0, 2 ** 20 + 1, 512, BOTH);
  assertEquals(table.tableCount, 3, "2 MiB of badly aligned memory take 512 entries");
});

Deno.test("PageTable.unmap() splits a superpage that it cuts", () => {
  const table = new PageTable();
  table.map(0, 2 ** 18, 2 ** 18, BOTH);
  table.unmap(1000, 1);
  assertEquals(table.translate(999, false), 2 ** 18 + 999);
  assertEquals(table.translate(1000, false), -1);
  assertEquals(table.translate(1001, false), 2 ** 18 + 1001);
  assertEquals(table.translate(2 ** 18 - 1, false), 2 ** 19 - 1);
});

Deno.test("PageTable covers 64 bits: the last page, and physical memory far up", () => {
  const table = new PageTable();
  table.map(2 ** 52 - 1, 2 ** 51 - 1, 1, BOTH);
  table.map(0, 7, 1, BOTH);
  assertEquals(table.translate(2 ** 52 - 1, true), 2 ** 51 - 1);
  assertEquals(table.translate(2 ** 52 - 2, true), -1);
  assertEquals(table.translate(0, true), 7);
  table.unmap(0, 2 ** 52);
  assertEquals(table.translate(2 ** 52 - 1, true), -1);
  assertEquals(table.translate(0, true), -1);
  assertEquals(table.tableCount, 1, "only the root is left");
});

Deno.test("PageTable.unmap() beyond what was ever mapped does nothing", () => {
  const table = new PageTable();
  table.map(5, 9, 1, BOTH);
  table.unmap(2 ** 40, 2 ** 30);
  assertEquals(table.translate(5, true), 9);
});

Deno.test("PageTable gives tables back, and takes them again", () => {
  const table = new PageTable();
  const before = table.tableCount;
  for (let round = 0; round < 1000; round++) {
    const frame = (round % 7) * 2 ** 30 + round;
    table.map(frame, round, 600, BOTH);
    assertEquals(table.translate(frame + 599, true), round + 599);
    table.unmap(frame, 600);
    assertLess(table.tableCount, before + 10);
  }
});

Deno.test("PageTable agrees with a list of pages, for any mix of ranges, overlaps and rights", () => {
  for (const [seed, top] of [[1, 2 ** 21], [2, 2 ** 30], [3, 2 ** 36], [4, 2 ** 48]] as const) {
    const random = new Random(seed);
    const table = new PageTable();
    const model = new Map<number, { physical: number; read: boolean; write: boolean }>();
    for (let round = 0; round < 1500; round++) {
      const base = random.pick(0, 512, 2 ** 18, top - 2048, Math.floor(top / 2));
      const frame = Math.max(0, base + random.below(2048) - 512);
      const pages = random.pick(1, 1, 2, 511, 512, 513, 1024, 1 + random.below(1500));
      if (random.below(3) > 0) {
        // Often physically aligned as the IOVA is, so that superpages come into being.
        const physical = random.pick(frame % 512, 0, 5) + 512 * random.below(2 ** 20);
        const rights = { read: random.below(4) > 0, write: random.below(4) > 0 };
        table.map(frame, physical, pages, rights);
        for (let page = 0; page < pages; page++) {
          model.set(frame + page, { physical: physical + page, ...rights });
        }
      } else {
        table.unmap(frame, pages);
        for (let page = 0; page < pages; page++) model.delete(frame + page);
      }
      for (let check = 0; check < 60; check++) {
        const at = Math.max(0, frame + random.below(pages + 40) - 20);
        const entry = model.get(at);
        assertEquals(table.translate(at, false), entry?.read ? entry.physical : -1);
        assertEquals(table.translate(at, true), entry?.write ? entry.physical : -1);
      }
    }
    for (const [frame, { physical, read }] of model) {
      assertEquals(table.translate(frame, false), read ? physical : -1);
    }
    table.unmap(0, top + 4096);
    assertEquals(table.tableCount, 1);
  }
});
