import { assertEquals } from "@std/assert";
import type { DirtyBitmap } from "../../../core/iommu_driver.ts";
import { Bench, codeOf, MEMORY, PAGE, Process } from "./machine.ts";
import type { PinnedMemory } from "../../../iommu/mod.ts";

function bitmap(bytes: number, fill = 0, pageSize = PAGE): DirtyBitmap {
  return { pageSize, data: new Uint8Array(bytes).fill(fill) };
}

function read(bench: Bench, iova: bigint, size: bigint, into: DirtyBitmap = bitmap(8)): string {
  bench.iommu.dirty.read({ iova, size, bitmap: into }, bench.process);
  return into.data.toHex();
}

/** A container with 16 pages mapped at 0x100000, tracked. */
function tracking(): Bench {
  const bench = new Bench();
  bench.map({ size: 16n * PAGE });
  bench.iommu.dirty.start();
  return bench;
}

Deno.test("85. Type1 has no dirty tracking: EACCES, before all else", () => {
  const bench = new Bench({ v1: true });
  const { dirty } = bench.iommu;
  assertEquals(codeOf(() => dirty.start()), "EACCES");
  assertEquals(codeOf(() => dirty.stop()), "EACCES");
  assertEquals(codeOf(() => read(bench, 1n, 0n)), "EACCES");
  bench.map();
  assertEquals(codeOf(() => bench.unmap({ iova: 0x10_0000n, size: PAGE, dirty: bitmap(8) })), "EINVAL");
});

Deno.test("87. dirty.read() needs start(); start() and stop() may come again", () => {
  const bench = new Bench();
  bench.map();
  const { dirty } = bench.iommu;
  assertEquals(codeOf(() => read(bench, 0x10_0000n, PAGE)), "EINVAL");
  dirty.start();
  dirty.start();
  assertEquals(read(bench, 0x10_0000n, PAGE), "0100000000000000");
  dirty.stop();
  dirty.stop();
  assertEquals(codeOf(() => read(bench, 0x10_0000n, PAGE)), "EINVAL");
});

Deno.test("88. dirty.read() finds each page dirty, at every look", () => {
  const bench = tracking();
  assertEquals(read(bench, 0x10_0000n, 16n * PAGE), "ffff000000000000");
  assertEquals(read(bench, 0x10_0000n, 16n * PAGE), "ffff000000000000");
});

Deno.test("88. dirty.read() sees mappings made after start()", () => {
  const bench = tracking();
  bench.map({ iova: 0x20_0000n });
  assertEquals(read(bench, 0x20_0000n, PAGE), "0100000000000000");
});

Deno.test("89. dirty.read() refuses page sizes, bitmaps and ranges that do not fit", () => {
  const bench = tracking();
  const [iova, size] = [0x10_0000n, 16n * PAGE];
  assertEquals(codeOf(() => read(bench, iova, 0x20_0000n, bitmap(64, 0, 0x20_0000n))), "EINVAL");
  assertEquals(codeOf(() => read(bench, iova, size, bitmap(8, 0, 0x1800n))), "EINVAL");
  for (const bytes of [0, 1, 7]) assertEquals(codeOf(() => read(bench, iova, size, bitmap(bytes))), "EINVAL");
  assertEquals(codeOf(() => read(bench, iova, PAGE * 65n, bitmap(8))), "EINVAL");
  assertEquals(codeOf(() => read(bench, iova + PAGE, 15n * PAGE)), "EINVAL");
  assertEquals(codeOf(() => read(bench, iova, 15n * PAGE)), "EINVAL");
  assertEquals(codeOf(() => read(bench, iova, 0n)), "EINVAL");
  assertEquals(codeOf(() => read(bench, iova + 1n, size)), "EINVAL");
  assertEquals(codeOf(() => read(bench, iova, size + 1n)), "EINVAL");
});

Deno.test("90. dirty.read() refuses a range that wraps with EOVERFLOW, before Linux 7 with EINVAL", () => {
  const last = 2n ** 64n - PAGE;
  for (const [kernel, code] of [["6.1", "EINVAL"], ["6.12", "EINVAL"], ["7.2", "EOVERFLOW"]] as const) {
    const bench = new Bench({ kernel });
    bench.iommu.dirty.start();
    assertEquals(codeOf(() => read(bench, last, 2n * PAGE)), code);
  }
});

Deno.test("dirty.read() takes a range up to the last address since Linux 7", () => {
  for (const [kernel, code] of [["6.1", "EINVAL"], ["6.12", "EINVAL"], ["7.2", undefined]] as const) {
    const bench = new Bench({ kernel });
    bench.iommu.dirty.start();
    assertEquals(codeOf(() => read(bench, 2n ** 64n - PAGE, PAGE)), code);
  }
});

Deno.test("91. dirty.read() puts a mapping where the range says", () => {
  assertEquals(read(tracking(), 0xf_0000n, 0x4_0000n), "0000ffff00000000");
});

Deno.test("dirty.read() of several mappings merges them, also within one word", () => {
  const bench = tracking();
  bench.map({ iova: 0xf_e000n });
  bench.map({ iova: 0x11_1000n, size: 3n * PAGE });
  bench.map({ iova: 0x15_0000n, size: 2n * PAGE });
  // Pages 0, 2 to 17, 19 to 21, 82 and 83 from 0xfe000 on.
  assertEquals(read(bench, 0xf_e000n, 84n * PAGE, bitmap(16)), "fdff3b0000000000" + "00000c0000000000");
});

Deno.test("dirty.read() touches only the words that mappings lie in, and ORs the first of them", () => {
  const bench = tracking();
  // 16 pages from page 128 + 4 on: the third word of four.
  assertEquals(
    read(bench, 0x10_0000n - 132n * PAGE, 256n * PAGE, bitmap(32, 0x81)),
    "8181818181818181" + "8181818181818181" + "f1ff8f8181818181" + "8181818181818181",
  );
});

Deno.test("dirty.read() shows bits past a mapping's end that an earlier read shifted there, as the kernel does", () => {
  const bench = tracking();
  read(bench, 0xf_0000n, 0x4_0000n);
  assertEquals(read(bench, 0x10_0000n, 16n * PAGE), "ffffffff00000000");
});

Deno.test("dirty.start() while dirty pages are tracked keeps the bitmaps as they are", () => {
  const bench = tracking();
  read(bench, 0xf_0000n, 0x4_0000n);
  bench.iommu.dirty.start();
  assertEquals(read(bench, 0x10_0000n, 16n * PAGE), "ffffffff00000000");
});

Deno.test("dirty.read() is EFAULT for a bitmap that cannot be written", () => {
  const bench = tracking();
  const into = bitmap(8);
  bench.process.unwritable.set(into.data.buffer, 7);
  assertEquals(codeOf(() => read(bench, 0x10_0000n, 16n * PAGE, into)), "EFAULT");
  assertEquals(into.data.toHex(), "0000000000000000");
});

Deno.test("92. unmap() with dirty gives the bits of what it takes away, and needs start()", () => {
  const bench = tracking();
  const dirty = bitmap(8);
  assertEquals(bench.unmap({ iova: 0x10_0000n, size: 16n * PAGE, dirty }), 16n * PAGE);
  assertEquals(dirty.data.toHex(), "ffff000000000000");
  bench.iommu.dirty.stop();
  bench.map();
  assertEquals(codeOf(() => bench.unmap({ iova: 0x10_0000n, size: PAGE, dirty })), "EINVAL");
  assertEquals(bench.unmap({ all: true }), PAGE);
});

Deno.test("92. unmap() with dirty checks bitmap and page size as dirty.read() does, and takes nothing", () => {
  const bench = tracking();
  const range = { iova: 0x10_0000n, size: 16n * PAGE };
  for (const dirty of [bitmap(0), bitmap(7), bitmap(8, 0, 0x800n), bitmap(8, 0, 0x3000n)]) {
    assertEquals(codeOf(() => bench.unmap({ ...range, dirty })), "EINVAL");
  }
  assertEquals(bench.unmap({ iova: 0x20_0000n, size: PAGE, dirty: bitmap(8) }), 0n);
  assertEquals(bench.unmap(range), range.size);
});

Deno.test("188. unmap() with a bitmap that ends early is EFAULT: the mappings before are gone, the others stay", () => {
  const bench = new Bench();
  bench.map();
  bench.map({ iova: 0x18_0000n, size: PAGE });
  bench.iommu.dirty.start();
  const dirty = bitmap(24);
  bench.process.unwritable.set(dirty.data.buffer, 8);
  assertEquals(codeOf(() => bench.unmap({ iova: 0x10_0000n, size: 129n * PAGE, dirty })), "EFAULT");
  assertEquals(dirty.data.toHex().slice(0, 16), "0100000000000000");
  assertEquals([bench.process.locked, bench.machine.pinned.size], [PAGE, 1]);
  assertEquals(bench.translate(0x18_0000n), 0x1_0000_0000n);
});

/** A process with more memory than a bitmap has bits for. */
class HugeProcess extends Process {
  override pin(vaddr: bigint, size: bigint): PinnedMemory {
    return { ...super.pin(MEMORY, PAGE, true), runs: [{ physical: vaddr, size }] };
  }
}

Deno.test("Tracked mappings have at most 2^31 - 1 pages: start() refuses more, and so does map() meanwhile", () => {
  const size = 2n ** 43n;
  const bench = new Bench();
  const { machine, iommu } = bench;
  const process = new HugeProcess(machine);
  machine.unpin = () => {};
  bench.map({ iova: 0n });
  bench.map({ iova: size, vaddr: 0n, size }, process);
  assertEquals(codeOf(() => iommu.dirty.start()), "EINVAL");
  assertEquals(codeOf(() => read(bench, 0n, PAGE)), "EINVAL", "nothing is tracked");
  assertEquals(bench.unmap({ iova: size, size }), size);
  iommu.dirty.start();
  assertEquals(codeOf(() => bench.map({ iova: size, vaddr: 0n, size }, process)), "EINVAL");
  assertEquals(bench.unmap({ all: true }), PAGE);
});
