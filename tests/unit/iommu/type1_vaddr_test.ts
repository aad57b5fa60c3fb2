import { assertEquals } from "@std/assert";
import { Bench, codeOf, group, MEMORY, PAGE, Process } from "./machine.ts";

const RANGE = { iova: 0x10_0000n, size: 2n * PAGE };

function invalidated(options: { v1?: boolean } = {}): Bench {
  const bench = new Bench(options);
  bench.map(RANGE);
  assertEquals(bench.unmap({ ...RANGE, invalidateVaddr: true }), 2n * PAGE);
  return bench;
}

Deno.test("81. unmap() with invalidateVaddr counts bytes, keeps the mapping, and refuses to do it again", () => {
  for (const v1 of [true, false]) {
    const bench = invalidated({ v1 });
    assertEquals(bench.translate(0x10_0000n, true), 0x1_0000_0000n);
    assertEquals(codeOf(() => bench.unmap({ ...RANGE, invalidateVaddr: true })), "EINVAL");
    assertEquals(bench.process.locked, 2n * PAGE);
  }
});

Deno.test("81. unmap() with invalidateVaddr undoes what it did when it meets one that is invalid", () => {
  const bench = invalidated();
  bench.map({ iova: 0xf_0000n });
  assertEquals(codeOf(() => bench.unmap({ all: true, invalidateVaddr: true })), "EINVAL");
  assertEquals(
    codeOf(() => bench.map({ iova: 0xf_0000n, updateVaddr: true })),
    "EINVAL",
    "it is valid still",
  );
  bench.map({ ...RANGE, updateVaddr: true });
  bench.iommu.attachGroup(group(), "VFIO_GROUP_SET_CONTAINER");
});

Deno.test("82. map() with updateVaddr takes exactly a mapping whose vaddr is invalid", () => {
  const bench = invalidated();
  const update = { ...RANGE, updateVaddr: true };
  assertEquals(codeOf(() => bench.map({ ...update, size: PAGE })), "EINVAL");
  assertEquals(codeOf(() => bench.map({ ...update, iova: 0x10_1000n, size: PAGE })), "EINVAL");
  assertEquals(codeOf(() => bench.map({ ...update, iova: 0xf_f000n, size: 4n * PAGE })), "EINVAL");
  assertEquals(codeOf(() => bench.map({ ...update, iova: 0x20_0000n })), "ENOENT");
  bench.map({ ...update, vaddr: MEMORY + 0x8000n });
  assertEquals(bench.translate(0x10_0000n), 0x1_0000_0000n, "the pages stay: only the address is new");
  assertEquals(codeOf(() => bench.map(update)), "EINVAL");
});

Deno.test("82. map() with updateVaddr asks neither for memory nor for a place in the limit", () => {
  const bench = new Bench({ entryLimit: 1 });
  bench.map(RANGE);
  bench.unmap({ ...RANGE, invalidateVaddr: true });
  bench.map({ ...RANGE, vaddr: 0x1000n, updateVaddr: true });
});

Deno.test("map() with updateVaddr moves the charge to the process that asks", () => {
  const bench = invalidated();
  const heir = new Process(bench.machine);
  heir.limit = PAGE;
  assertEquals(codeOf(() => bench.map({ ...RANGE, updateVaddr: true }, heir)), "ENOMEM");
  assertEquals([bench.process.locked, heir.locked], [2n * PAGE, 0n]);
  heir.limit = 2n * PAGE;
  bench.map({ ...RANGE, updateVaddr: true }, heir);
  assertEquals([bench.process.locked, heir.locked], [0n, 2n * PAGE]);
  bench.unmap({ all: true });
  assertEquals([bench.process.locked, heir.locked], [0n, 0n]);
});

Deno.test("map() with updateVaddr charges the same process nothing more", () => {
  const bench = invalidated();
  bench.process.limit = 2n * PAGE;
  bench.map({ ...RANGE, updateVaddr: true });
  assertEquals(bench.process.locked, 2n * PAGE);
});

Deno.test("83. attachGroup() is EBUSY while a vaddr is invalid", () => {
  const bench = invalidated();
  const other = group();
  assertEquals(codeOf(() => bench.iommu.attachGroup(other, "VFIO_GROUP_SET_CONTAINER")), "EBUSY");
  bench.map({ ...RANGE, updateVaddr: true });
  bench.iommu.attachGroup(other, "VFIO_GROUP_SET_CONTAINER");
});

Deno.test("83. attachGroup() works again once the invalid mapping is unmapped", () => {
  const bench = invalidated();
  assertEquals(bench.unmap(RANGE), 2n * PAGE);
  bench.iommu.attachGroup(group(), "VFIO_GROUP_SET_CONTAINER");
});

Deno.test("84. unmap() with invalidateVaddr and all counts every mapping", () => {
  const bench = new Bench();
  assertEquals(bench.unmap({ all: true, invalidateVaddr: true }), 0n);
  bench.map(RANGE);
  bench.map({ iova: 0n });
  assertEquals(bench.unmap({ all: true, invalidateVaddr: true }), 3n * PAGE);
});

Deno.test("unmap() with invalidateVaddr refuses to cut a mapping on Type1v2, and walks as Type1 does on Type1", () => {
  const [v1, v2] = [new Bench({ v1: true }), new Bench()];
  for (const bench of [v1, v2]) bench.map(RANGE);
  const cut = { iova: 0x10_0000n, size: PAGE, invalidateVaddr: true };
  assertEquals(codeOf(() => v2.unmap(cut)), "EINVAL");
  assertEquals(v1.unmap({ ...cut, iova: 0x10_1000n }), 0n);
  assertEquals(v1.unmap(cut), 2n * PAGE);
});
