import { assertEquals, assertLess } from "@std/assert";
import { NOT_MAPPED, NOT_PERMITTED, PageTable, READ, WRITE } from "../../../iommu/page_table.ts";
import { Random } from "./machine.ts";

const BOTH = READ | WRITE;

Deno.test("PageTable.translate() finds nothing in an empty table, at any address", () => {
  const table = new PageTable();
  for (const frame of [0, 1, 511, 512, 2 ** 27 - 1, 2 ** 27, 2 ** 36, 2 ** 52 - 1]) {
    assertEquals(table.translate(frame, READ), NOT_MAPPED);
  }
});

Deno.test("PageTable.translate() needs the right it is asked for, and tells a page without it from none", () => {
  const table = new PageTable();
  table.map(1, 101, 1, READ);
  table.map(2, 102, 1, WRITE);
  table.map(3, 103, 1, 0);
  assertEquals([1, 2, 3].map((frame) => table.translate(frame, READ)), [101, NOT_PERMITTED, NOT_MAPPED]);
  assertEquals([1, 2, 3].map((frame) => table.translate(frame, WRITE)), [NOT_PERMITTED, 102, NOT_MAPPED]);
});

Deno.test("PageTable.map() without rights unmaps what was there", () => {
  const table = new PageTable();
  table.map(512, 1024, 512, BOTH);
  table.map(600, 0, 1, 0);
  assertEquals(table.translate(600, READ), NOT_MAPPED);
  assertEquals(table.translate(601, READ), 1113);
});

Deno.test("PageTable.map() uses superpages where both addresses allow, and they translate page by page", () => {
  const table = new PageTable();
  table.map(2 ** 18, 2 ** 20, 2 ** 18, BOTH);
  assertEquals(table.tableCount, 1, "1 GiB takes one entry of the root");
  for (const page of [0, 1, 511, 512, 2 ** 18 - 1]) {
    assertEquals(table.translate(2 ** 18 + page, WRITE), 2 ** 20 + page);
  }
  assertEquals(table.translate(2 ** 18 - 1, WRITE), NOT_MAPPED);
  assertEquals(table.translate(2 ** 19, WRITE), NOT_MAPPED);
  table.map(512, 2 ** 20, 512, BOTH);
  assertEquals(table.tableCount, 2, "2 MiB take one entry of a table");
  assertEquals(table.translate(1023, READ), 2 ** 20 + 511);
  table.map(0, 2 ** 20 + 1, 512, BOTH);
  assertEquals(table.tableCount, 3, "2 MiB of badly aligned memory take 512 entries");
  table.map(1024, 2 ** 20, 511, BOTH);
  assertEquals(table.tableCount, 4, "and so does what is less than 2 MiB");
});

Deno.test("PageTable.translate() needs the right in a superpage too", () => {
  const table = new PageTable();
  table.map(512, 1024, 512, READ);
  assertEquals(table.translate(513, READ), 1025);
  assertEquals(table.translate(513, WRITE), NOT_PERMITTED);
});

Deno.test("PageTable.unmap() splits a superpage that it cuts, and its parts keep their rights", () => {
  const table = new PageTable();
  table.map(0, 2 ** 18, 2 ** 18, READ);
  table.unmap(1000, 1);
  assertEquals(table.translate(999, READ), 2 ** 18 + 999);
  assertEquals(table.translate(1000, READ), NOT_MAPPED);
  assertEquals(table.translate(1001, READ), 2 ** 18 + 1001);
  assertEquals(table.translate(1001, WRITE), NOT_PERMITTED);
  assertEquals(table.translate(2 ** 18 - 1, READ), 2 ** 19 - 1);
  assertEquals(table.tableCount, 3, "the gigabyte became 2 MiB pages, one of them 4 KiB pages");
});

Deno.test("PageTable.map() puts a superpage in the place of tables, which are given back", () => {
  const table = new PageTable();
  for (const frame of [3, 600, 2 ** 17]) table.map(frame, 7, 1, BOTH);
  assertEquals(table.tableCount, 5);
  table.map(0, 2 ** 18, 2 ** 18, BOTH);
  assertEquals(table.tableCount, 1);
  assertEquals(table.translate(600, READ), 2 ** 18 + 600);
  table.map(2 ** 19 + 3, 7, 1, BOTH);
  assertEquals(table.tableCount, 3);
  table.map(2 ** 19, 2 ** 20, 512, BOTH);
  assertEquals([table.tableCount, table.translate(2 ** 19 + 3, READ)], [2, 2 ** 20 + 3]);
});

Deno.test("PageTable grows when an address needs it, not before", () => {
  const table = new PageTable();
  table.map(2 ** 27 - 1, 5, 1, BOTH);
  assertEquals(table.tableCount, 3);
  table.map(2 ** 27, 6, 1, BOTH);
  assertEquals(table.tableCount, 7);
});

Deno.test("PageTable covers 64 bits: the last page, and physical memory far up", () => {
  const table = new PageTable();
  table.map(2 ** 52 - 1, 2 ** 51 - 1, 1, BOTH);
  table.map(0, 7, 1, BOTH);
  assertEquals(table.translate(2 ** 52 - 1, WRITE), 2 ** 51 - 1);
  assertEquals(table.translate(2 ** 52 - 2, WRITE), NOT_MAPPED);
  assertEquals(table.translate(2 ** 27, WRITE), NOT_MAPPED);
  assertEquals(table.translate(0, WRITE), 7);
  table.unmap(0, 2 ** 52);
  assertEquals(table.translate(2 ** 52 - 1, WRITE), NOT_MAPPED);
  assertEquals(table.translate(0, WRITE), NOT_MAPPED);
});

Deno.test("PageTable grows above pages that are there, and they stay", () => {
  const table = new PageTable();
  table.map(5, 9, 1, BOTH);
  assertEquals(table.tableCount, 3);
  table.map(2 ** 30, 10, 1, BOTH);
  assertEquals(table.tableCount, 7, "a root above the old one, and three tables down to the new page");
  assertEquals(table.translate(5, READ), 9);
  assertEquals(table.translate(2 ** 30, READ), 10);
  assertEquals(table.translate(2 ** 30 + 5, READ), NOT_MAPPED);
});

Deno.test("PageTable.unmap() beyond what was ever mapped does nothing", () => {
  const table = new PageTable();
  table.map(5, 9, 1, BOTH);
  table.unmap(2 ** 40, 2 ** 30);
  table.unmap(6, 2 ** 52 - 6);
  assertEquals(table.translate(5, WRITE), 9);
});

Deno.test("PageTable gives tables back, but for the one emptied last, which serves whoever maps there again", () => {
  const table = new PageTable();
  table.map(0, 1, 1, BOTH);
  table.map(2 ** 20, 1, 1, BOTH);
  assertEquals(table.tableCount, 5);
  table.unmap(0, 1);
  table.map(0, 1, 1, BOTH);
  table.unmap(2 ** 20, 1);
  assertEquals(table.tableCount, 5, "the one at 0 is in use again");
  table.unmap(0, 1);
  assertEquals(table.tableCount, 3, "the root, and the way to the one at 0");
  table.map(0, 1, 1, BOTH);
  table.unmap(0, 1);
  assertEquals(table.tableCount, 3, "again and again");
});

Deno.test("PageTable has few tables however often pages come and go", () => {
  const table = new PageTable();
  for (let round = 0; round < 1000; round++) {
    const frame = (round % 7) * 2 ** 30 + round;
    table.map(frame, round, 600, BOTH);
    assertEquals(table.translate(frame + 599, WRITE), round + 599);
    table.unmap(frame, 600);
    assertLess(table.tableCount, 12);
  }
});

Deno.test("PageTable agrees with a list of pages, for any mix of ranges, overlaps and rights", () => {
  for (const [seed, top] of [[1, 2 ** 21], [2, 2 ** 30], [3, 2 ** 36], [4, 2 ** 48]] as const) {
    const random = new Random(seed);
    const table = new PageTable();
    const model = new Map<number, { physical: number; rights: number }>();
    const expected = (frame: number, right: number) => {
      const page = model.get(frame);
      if (page === undefined || page.rights === 0) return NOT_MAPPED;
      return (page.rights & right) === 0 ? NOT_PERMITTED : page.physical;
    };
    for (let round = 0; round < 700; round++) {
      const base = random.pick(0, 512, 2 ** 18, top - 2048, Math.floor(top / 2));
      const frame = Math.max(0, base + random.below(2048) - 512);
      const pages = random.pick(1, 1, 2, 511, 512, 513, 1024, 1 + random.below(1500));
      if (random.below(3) > 0) {
        // Often physically aligned as the IOVA is, so that superpages come into being.
        const physical = random.pick(frame % 512, 0, 5) + 512 * random.below(2 ** 20);
        const rights = random.below(4);
        table.map(frame, physical, pages, rights);
        for (let page = 0; page < pages; page++) {
          model.set(frame + page, { physical: physical + page, rights });
        }
      } else {
        table.unmap(frame, pages);
        for (let page = 0; page < pages; page++) model.delete(frame + page);
      }
      for (let check = 0; check < 40; check++) {
        const at = Math.max(0, frame + random.below(pages + 40) - 20);
        assertEquals(table.translate(at, READ), expected(at, READ));
        assertEquals(table.translate(at, WRITE), expected(at, WRITE));
      }
    }
    for (const frame of model.keys()) assertEquals(table.translate(frame, READ), expected(frame, READ));
    table.unmap(0, top + 4096);
    for (const frame of model.keys()) assertEquals(table.translate(frame, READ), NOT_MAPPED);
    assertLess(table.tableCount, 7, "the root, and the way to the table emptied last");
  }
});
