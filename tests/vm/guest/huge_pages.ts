/** Huge pages, as an administrator sets them aside or not: what huge_pages_test.ts runs. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openDevice } from "../../../mod.ts";
import { readText, writeText } from "../../../os/files.ts";
import "../../linux/holdings.ts";
import { named } from "./machine.ts";

const MIB = 2 ** 20;
const HUGE = 2 * MIB;
const SET_ASIDE = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";
const TRANSPARENT = "/sys/kernel/mm/transparent_hugepage/enabled";

/** A number of /proc/meminfo. */
function told(name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readText("/proc/meminfo"))?.[1]);
}

Deno.test("allocate() takes huge pages, aligns the IOVA to them, and gives them back", () => {
  writeText(SET_ASIDE, "3");
  using device = openDevice(named("EDU"));
  for (const shared of [false, true]) {
    {
      using buffer = device.allocate(HUGE + 1, { hugePages: true, shared });
      const { memory } = buffer;
      assertEquals([memory.pageSize, memory.size, memory.pageFallbacks], [HUGE, 2 * HUGE, []]);
      assertEquals([buffer.iova % BigInt(HUGE), told("HugePages_Free")], [0n, 1]);
    }
    assertEquals(told("HugePages_Free"), 3);
  }
});

Deno.test("allocate() falls back to transparent huge pages, and says how many are needed and free", () => {
  writeText(SET_ASIDE, "1");
  writeText(TRANSPARENT, "madvise");
  using device = openDevice(named("EDU"));
  const before = told("AnonHugePages");
  using buffer = device.allocate(4 * HUGE, { hugePages: true });
  const { memory } = buffer;
  assertEquals([memory.pageSize, memory.size, memory.vaddr % BigInt(HUGE)], [4096, 4 * HUGE, 0n]);
  assertEquals(memory.pageFallbacks, [{
    pages: "2 MiB",
    reason: `4 are needed, 1 of 1 are free: sudo sh -c 'echo 4 > ${SET_ASIDE}'`,
  }]);
  assertEquals(told("AnonHugePages") - before, 4 * HUGE / 1024);
  // What it says helps.
  writeText(SET_ASIDE, "4");
  using next = device.allocate(4 * HUGE, { hugePages: true });
  assertEquals([next.memory.pageSize, next.memory.pageFallbacks], [HUGE, []]);
});

Deno.test("allocate() falls back to ordinary pages, and says of each kind why", () => {
  writeText(SET_ASIDE, "0");
  writeText(TRANSPARENT, "never");
  using device = openDevice(named("EDU"));
  for (const shared of [false, true]) {
    using buffer = device.allocate(HUGE, { hugePages: true, shared });
    const { memory } = buffer;
    assertEquals([memory.pageSize, memory.size], [4096, HUGE]);
    assertEquals(memory.pageFallbacks.map(({ pages }) => pages), ["2 MiB", "transparent"]);
    assertStringIncludes(memory.pageFallbacks[0]?.reason ?? "", "1 are needed, 0 of 0 are free");
    assertStringIncludes(memory.pageFallbacks[1]?.reason ?? "", "they are switched off: sudo sh -c 'echo");
  }
  writeText(TRANSPARENT, "madvise");
  using small = device.allocate(4096, { hugePages: true });
  assert(small.memory.pageFallbacks.some(({ reason }) => reason.includes("the memory has less")));
});
