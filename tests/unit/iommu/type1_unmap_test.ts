import { assertEquals } from "@std/assert";
import { Bench, codeOf, PAGE } from "./machine.ts";

Deno.test("71. unmap() refuses size 0 without all, and what is not aligned", () => {
  for (const v1 of [true, false]) {
    const bench = new Bench({ v1 });
    bench.map({ size: 4n * PAGE });
    assertEquals(codeOf(() => bench.unmap({ iova: 0x10_0000n })), "EINVAL");
    assertEquals(codeOf(() => bench.unmap({ iova: 0x10_0001n, size: PAGE })), "EINVAL");
    assertEquals(codeOf(() => bench.unmap({ iova: 0x10_0000n, size: 0x1001n })), "EINVAL");
    assertEquals(bench.translate(0x10_0000n), 0x1_0000_0000n);
  }
});

Deno.test("72. unmap() refuses a range that wraps with EOVERFLOW, before Linux 7 with EINVAL", () => {
  const wrap = { iova: 2n ** 64n - PAGE, size: 2n * PAGE };
  for (const [kernel, code] of [["6.1", "EINVAL"], ["6.12", "EINVAL"], ["7.2", "EOVERFLOW"]] as const) {
    assertEquals(codeOf(() => new Bench({ kernel }).unmap(wrap)), code);
    assertEquals(codeOf(() => new Bench({ kernel }).unmap({ ...wrap, iova: wrap.iova + 1n })), "EINVAL");
  }
});

Deno.test("unmap() up to the last address finds nothing before Linux 7", () => {
  for (const [kernel, size] of [["6.1", 0n], ["6.12", 0n], ["7.2", PAGE]] as const) {
    const bench = new Bench({ kernel });
    bench.map();
    assertEquals(bench.unmap({ iova: PAGE, size: 2n ** 64n - PAGE }), size);
    assertEquals(bench.unmap({ all: true }), PAGE - size);
  }
});

Deno.test("73. unmap() of Type1v2 refuses to cut a mapping at either end, and takes nothing", () => {
  const bench = new Bench();
  bench.map({ size: 4n * PAGE });
  bench.map({ iova: 0x10_8000n });
  const cuts = [
    { iova: 0x10_0000n, size: PAGE },
    { iova: 0x10_3000n, size: PAGE },
    { iova: 0x10_1000n, size: PAGE },
    { iova: 0xf_0000n, size: 0x1_1000n },
    { iova: 0x10_2000n, size: 0x7000n },
  ];
  for (const cut of cuts) assertEquals(codeOf(() => bench.unmap(cut)), "EINVAL");
  assertEquals(bench.unmap({ all: true }), 5n * PAGE);
});

Deno.test("74. unmap() gives 0 when nothing is mapped there", () => {
  for (const v1 of [true, false]) {
    const bench = new Bench({ v1 });
    bench.map();
    assertEquals(bench.unmap({ iova: 0x20_0000n, size: PAGE }), 0n);
    assertEquals(bench.unmap({ iova: 2n ** 50n, size: PAGE }), 0n);
  }
});

Deno.test("75. unmap() takes every mapping in the range, and counts their bytes, not the holes'", () => {
  const bench = new Bench();
  bench.map({ size: 4n * PAGE });
  bench.map({ iova: 0x10_4000n });
  bench.map({ iova: 0x10_8000n });
  bench.map({ iova: 0x20_0000n });
  assertEquals(bench.unmap({ iova: 0x10_0000n, size: 5n * PAGE }), 5n * PAGE);
  assertEquals(bench.unmap({ iova: 0n, size: 0x20_0000n }), PAGE);
  assertEquals(bench.translate(0x20_0000n), 0x1_0000_0000n);
  assertEquals([bench.process.locked, bench.machine.pinned.size], [PAGE, 1]);
});

Deno.test("76. unmap() with all takes everything, and refuses an iova or a size", () => {
  for (const v1 of [true, false]) {
    const bench = new Bench({ v1 });
    assertEquals(bench.unmap({ all: true }), 0n);
    bench.map();
    bench.map({ iova: 0n, size: 3n * PAGE });
    bench.map({ iova: 2n ** 48n - PAGE });
    assertEquals(codeOf(() => bench.unmap({ all: true, iova: PAGE })), "EINVAL");
    assertEquals(codeOf(() => bench.unmap({ all: true, size: PAGE })), "EINVAL");
    assertEquals(bench.unmap({ all: true }), 5n * PAGE);
    assertEquals(bench.unmap({ all: true }), 0n);
  }
});

Deno.test("77. unmap() refuses all together with dirty", () => {
  const bench = new Bench();
  bench.iommu.dirty.start();
  const dirty = { pageSize: PAGE, data: new Uint8Array(8) };
  assertEquals(codeOf(() => bench.unmap({ all: true, dirty })), "EINVAL");
  assertEquals(codeOf(() => bench.unmap({ size: PAGE, invalidateVaddr: true, dirty })), "EINVAL");
});

Deno.test("78. unmap() of Type1 takes a mapping whole when its first page is in the range, else nothing", () => {
  const bench = new Bench({ v1: true });
  bench.map({ size: 16n * PAGE });
  assertEquals(bench.unmap({ iova: 0x10_1000n, size: PAGE }), 0n);
  assertEquals(bench.translate(0x10_1000n), 0x1_0000_1000n);
  assertEquals(bench.unmap({ iova: 0x10_0000n, size: PAGE }), 16n * PAGE);
  assertEquals(bench.machine.pinned.size, 0);
});

Deno.test("79. unmap() of Type1 takes a mapping that starts in the range and leaves it", () => {
  const bench = new Bench({ v1: true });
  bench.map({ size: 4n * PAGE });
  assertEquals(bench.unmap({ iova: 0xf_f000n, size: 2n * PAGE }), 4n * PAGE);
});

Deno.test("80. unmap() of Type1 stops at a mapping that the range starts inside, also before one it covers", () => {
  const bench = new Bench({ v1: true });
  bench.map({ size: 4n * PAGE });
  bench.map({ iova: 0x10_4000n, size: 4n * PAGE });
  assertEquals(bench.unmap({ iova: 0x10_2000n, size: 4n * PAGE }), 0n);
  assertEquals(bench.unmap({ all: true }), 8n * PAGE);
});
