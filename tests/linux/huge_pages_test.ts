import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { allocateMemory } from "../../os/allocate.ts";
import { readText } from "../../os/files.ts";
import type { HugePages } from "../../os/huge_pages.ts";
import { hugePagesFor, whyNone, whyNotTransparent } from "../../os/huge_pages.ts";
import "./holdings.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

Deno.test("hugePagesFor() lists 2 MiB pages for any size, and those of 1 GiB before them where none is wasted", () => {
  const names = (size: number) => hugePagesFor(size).map(({ name }) => name);
  for (const size of [1, 4096, 2 * MIB, GIB - 1, GIB + 2 * MIB]) assertEquals(names(size), ["2 MiB"]);
  for (const size of [GIB, 3 * GIB]) assertEquals(names(size), ["1 GiB", "2 MiB"]);
});

Deno.test("whyNone() says that a kernel has none of a size", () => {
  const pages: HugePages = { name: "2 MiB", size: 3 * MIB, mapFlags: 0, fileFlags: 0 };
  assertEquals(whyNone(pages, MIB), { pages: "2 MiB", reason: "this kernel has none of that size" });
});

Deno.test("whyNone() says how many are needed, and how to have them", () => {
  for (const pages of hugePagesFor(GIB)) {
    const { reason } = whyNone(pages, 2 ** 50);
    if (reason === "this kernel has none of that size") continue;
    assert(reason.startsWith(`${2 ** 50 / pages.size} are needed, `), reason);
    assertStringIncludes(reason, `> /sys/kernel/mm/hugepages/hugepages-${pages.size / 1024}kB/nr_hugepages'`);
    assertStringIncludes(whyNone(pages, 0).reason, "not for this process");
  }
});

Deno.test("whyNotTransparent() wants 2 MiB at least", () => {
  assertStringIncludes(whyNotTransparent(2 * MIB - 1, false)?.reason ?? "", "the memory has less");
});

Deno.test("allocateMemory() tries transparent huge pages last, on an address that they can begin at", () => {
  using memory = allocateMemory(6 * MIB, { hugePages: true });
  const refusal = whyNotTransparent(6 * MIB, false);
  const names = memory.pageFallbacks.map(({ pages }) => pages);
  if (memory.pageSize > 4096) return assertEquals(names, []);
  assertEquals(names, refusal === undefined ? ["2 MiB"] : ["2 MiB", "transparent"]);
  assertEquals([memory.size, memory.bytes.every((byte) => byte === 0)], [6 * MIB, true]);
  if (refusal !== undefined) return;
  const range = memory.vaddr.toString(16);
  const area = readText("/proc/self/smaps").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).find((text) =>
    text.startsWith(range)
  );
  // Where it lies beside memory of the same kind the kernel tells of both as one.
  if (area !== undefined) assertStringIncludes(/^VmFlags:.*$/m.exec(area)?.[0] ?? "", " hg");
});

Deno.test("allocateMemory() makes shared memory of what there is, too, and says what it is not", () => {
  using memory = allocateMemory(2 * MIB, { hugePages: true, shared: true });
  assertEquals([memory.size, memory.file?.size], [2 * MIB, 2 * MIB]);
  assertEquals(memory.pageFallbacks[0]?.pages, memory.pageSize > 4096 ? undefined : "2 MiB");
});
