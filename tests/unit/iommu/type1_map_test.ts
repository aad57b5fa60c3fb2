import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  Bench,
  codeOf,
  errorOf,
  group,
  MEMORY,
  NO_ACCESS,
  PAGE,
  Process,
  READ_ONLY,
  REGISTERS,
} from "./machine.ts";

const LAST_PAGE = 2n ** 64n - PAGE;

Deno.test("51. info() gives migration, dma-avail and iova-range, in this order", () => {
  for (const kernel of ["6.1", "6.12", "7.2"] as const) {
    const { iommu } = new Bench({ kernel });
    assertEquals(iommu.info().capabilities.map(({ id, version }) => [id, version]), [
      ["migration", 1],
      ["dma-avail", 1],
      ["iova-range", 1],
    ]);
  }
});

Deno.test("52. info() tells the smallest page, the biggest bitmap and the mappings left", () => {
  const bench = new Bench();
  const { pageSizes, alignment, capabilities } = bench.iommu.info();
  assertEquals([pageSizes, alignment], [0x40201000n, 0x1000n]);
  assertEquals(capabilities[0], {
    id: "migration",
    version: 1,
    pageSizes: 0x1000n,
    maxBitmapSize: 0x10000000n,
  });
  assertEquals(capabilities[1], { id: "dma-avail", version: 1, available: 65535 });
  bench.map();
  assertEquals(bench.iommu.info().capabilities[1], { id: "dma-avail", version: 1, available: 65534 });
  bench.unmap({ all: true });
  assertEquals(bench.iommu.info().capabilities[1], { id: "dma-avail", version: 1, available: 65535 });
});

Deno.test("53. info() gives the aperture without the MSI window", () => {
  const { iommu } = new Bench();
  const ranges = [{ start: 0n, last: 0xfedf_ffffn }, { start: 0xfef0_0000n, last: 0xffff_ffff_ffffn }];
  assertEquals(iommu.info().ranges, ranges);
  assertEquals(iommu.info().capabilities[2], { id: "iova-range", version: 1, ranges });
});

Deno.test("55. map() refuses no right at all, and a right together with updateVaddr", () => {
  const bench = new Bench();
  for (const rights of [{}, { updateVaddr: true, read: true }, { updateVaddr: true, write: true }]) {
    assertEquals(codeOf(() => bench.map({ read: false, write: false, ...rights })), "EINVAL");
  }
});

Deno.test("56. map() refuses size 0 and what is not aligned", () => {
  const bench = new Bench();
  for (const wrong of [{ size: 0n }, { size: 100n }, { iova: 0x10n }, { vaddr: MEMORY + 1n }]) {
    assertEquals(codeOf(() => bench.map(wrong)), "EINVAL");
  }
});

Deno.test("57. map() refuses an iova or vaddr that wraps with EOVERFLOW, before Linux 7 with EINVAL", () => {
  for (const [kernel, code] of [["6.1", "EINVAL"], ["6.12", "EINVAL"], ["7.2", "EOVERFLOW"]] as const) {
    const bench = new Bench({ kernel });
    assertEquals(codeOf(() => bench.map({ iova: LAST_PAGE, size: 2n * PAGE })), code);
    assertEquals(codeOf(() => bench.map({ vaddr: LAST_PAGE, size: 2n * PAGE })), code);
  }
});

Deno.test("58. map() of Linux 7 finds that a range wraps before all but a size of 0", () => {
  const wrong = { iova: 0xffff_ffff_ffff_ff00n, size: 0x2000n, read: false, write: false };
  assertEquals(codeOf(() => new Bench({ kernel: "6.1" }).map(wrong)), "EINVAL");
  assertEquals(codeOf(() => new Bench({ kernel: "7.2" }).map(wrong)), "EOVERFLOW");
  assertEquals(codeOf(() => new Bench({ kernel: "7.2" }).map({ ...wrong, size: 0n })), "EINVAL");
});

Deno.test("59. 60. map() refuses what is outside the aperture, also up to the last address", () => {
  const bench = new Bench();
  assertEquals(codeOf(() => bench.map({ iova: LAST_PAGE })), "EINVAL");
  assertEquals(codeOf(() => bench.map({ iova: 2n ** 48n })), "EINVAL");
  assertEquals(codeOf(() => bench.map({ iova: 2n ** 48n - PAGE, size: 2n * PAGE })), "EINVAL");
});

Deno.test("61. map() refuses the MSI window, and names the valid ranges", () => {
  const bench = new Bench();
  assertEquals(codeOf(() => bench.map({ iova: 0xfee0_0000n })), "EINVAL");
  assertEquals(codeOf(() => bench.map({ iova: 0xfeef_f000n })), "EINVAL");
  assertEquals(codeOf(() => bench.map({ iova: 0xfedf_f000n, size: 2n * PAGE })), "EINVAL");
  const error = errorOf(() => bench.map({ iova: 0xfee0_0000n }));
  assertEquals(error?.operation, "VFIO_IOMMU_MAP_DMA");
  assertStringIncludes(error?.message ?? "", "[0xfee00000, 0xfee00fff]");
  assertStringIncludes(
    error?.explain() ?? "",
    "Valid IOVAs are [0x0, 0xfedfffff], [0xfef00000, 0xffffffffffff]",
  );
  bench.map({ iova: 0xfedf_f000n });
  bench.map({ iova: 0xfef0_0000n });
});

Deno.test("62. map() refuses memory that is not there with EFAULT, and leaves nothing behind", () => {
  const bench = new Bench();
  assertEquals(codeOf(() => bench.map({ vaddr: 0x1000n })), "EFAULT");
  // The first 256 pages are there, the next one is not.
  assertEquals(codeOf(() => bench.map({ size: 257n * PAGE })), "EFAULT");
  assertEquals([bench.process.locked, bench.machine.pinned.size], [0n, 0]);
  assertEquals(bench.iommu.info().capabilities[1], { id: "dma-avail", version: 1, available: 65535 });
  bench.map({ size: 256n * PAGE });
  assertEquals(bench.process.locked, 0x10_0000n);
});

Deno.test("63. map() refuses an overlap with EEXIST", () => {
  const bench = new Bench();
  bench.map({ size: 4n * PAGE });
  const overlaps = [0x10_0000n, 0x10_3000n, 0xf_f000n, 0x10_1000n].map((iova) => ({ iova, size: 2n * PAGE }));
  for (const request of overlaps) assertEquals(codeOf(() => bench.map(request)), "EEXIST");
  assertStringIncludes(errorOf(() => bench.map())?.message ?? "", "[0x100000, 0x103fff] is mapped");
  bench.map({ iova: 0xf_f000n });
  bench.map({ iova: 0x10_4000n });
});

Deno.test("63. map() finds an overlap before a limit, a range and memory that are wrong", () => {
  const bench = new Bench({ entryLimit: 1 });
  bench.map();
  assertEquals(codeOf(() => bench.map({ vaddr: 0x1000n })), "EEXIST");
  assertEquals(codeOf(() => bench.map({ size: 0x1_0000_0000n })), "EEXIST");
});

Deno.test("64. map() takes read only and write only, and devices are held to it", () => {
  const bench = new Bench();
  bench.map({ iova: 0x1000n, write: false });
  bench.map({ iova: 0x2000n, read: false });
  assertEquals(bench.translate(0x1000n, false), 0x1_0000_0000n);
  assertEquals(bench.translate(0x1000n, true), "[fault reason 0x05] PTE Write access is not set");
  assertEquals(bench.translate(0x2000n, true), 0x1_0000_0000n);
  assertEquals(bench.translate(0x2000n, false), "[fault reason 0x06] PTE Read access is not set");
});

Deno.test("64. map() write only lets devices read where the unit's driver lets them", () => {
  const bench = new Bench({ group: group({ readsWritable: true }) });
  bench.map({ iova: 0x1000n, write: false });
  bench.map({ iova: 0x2000n, read: false });
  assertEquals(bench.translate(0x1000n, true), "[fault reason 0x05] PTE Write access is not set");
  assertEquals(bench.translate(0x2000n, false), 0x1_0000_0000n);
  assertEquals(bench.translate(0x2123n, false), 0x1_0000_0123n);
  assertEquals(bench.translate(0x3000n, false), "[fault reason 0x06] PTE Read access is not set");
});

Deno.test("65. map() for writing needs memory that the process can write, any map memory it can read", () => {
  const bench = new Bench();
  assertEquals(codeOf(() => bench.map({ vaddr: READ_ONLY })), "EFAULT");
  assertEquals(codeOf(() => bench.map({ vaddr: READ_ONLY, read: false })), "EFAULT");
  bench.map({ vaddr: READ_ONLY, write: false });
  assertEquals(codeOf(() => bench.map({ iova: 0n, vaddr: NO_ACCESS, write: false })), "EFAULT");
});

Deno.test("66. map() takes a device's registers, and does not charge them", () => {
  const bench = new Bench();
  bench.process.limit = 0n;
  bench.map({ vaddr: REGISTERS, size: 0x10_0000n });
  assertEquals(bench.translate(0x10_0010n, true), 0xfe00_0010n);
  assertEquals([bench.process.locked, bench.machine.pinned.size], [0n, 1]);
  assertEquals(bench.unmap({ all: true }), 0x10_0000n);
  assertEquals([bench.process.locked, bench.machine.pinned.size], [0n, 0]);
});

Deno.test("67. map() refuses one mapping more than dma_entry_limit with ENOSPC", () => {
  const bench = new Bench();
  for (let page = 0n; page < 65535n; page++) bench.map({ iova: page * PAGE });
  assertEquals(codeOf(() => bench.map({ iova: 65535n * PAGE })), "ENOSPC");
  assertEquals(codeOf(() => bench.map({ iova: 0xfee0_0000n })), "ENOSPC", "before the range is looked at");
  assertEquals(bench.unmap({ all: true }), 0xffff000n);
  assertEquals([bench.process.locked, bench.machine.pinned.size], [0n, 0]);
});

Deno.test("68. map() charges each page to the process, once for each mapping, up to exactly the limit", () => {
  const bench = new Bench();
  bench.process.limit = 0x1_0000n;
  assertEquals(codeOf(() => bench.map({ size: 0x10_0000n })), "ENOMEM");
  assertEquals(bench.process.locked, 0n);
  bench.map({ size: 0xf000n });
  bench.map({ iova: 0x1000n });
  assertEquals(bench.process.locked, 0x1_0000n);
  assertEquals(codeOf(() => bench.map({ iova: 0x2000n })), "ENOMEM");
  bench.unmap({ iova: 0x10_0000n, size: 0xf000n });
  assertEquals(bench.process.locked, 0x1000n);
  bench.map({ iova: 0x2000n, size: 0xf000n });
});

Deno.test("69. map() has no limit with CAP_IPC_LOCK, and charges all the same", () => {
  const bench = new Bench();
  bench.map({ size: 0x10_0000n });
  assertEquals(bench.process.locked, 0x10_0000n);
});

Deno.test("map() charges the process that maps", () => {
  const bench = new Bench();
  const other = new Process(bench.machine);
  bench.map();
  bench.map({ iova: 0n, size: 2n * PAGE }, other);
  assertEquals([bench.process.locked, other.locked], [PAGE, 2n * PAGE]);
  // Whoever unmaps: the owner is given back what was charged.
  bench.unmap({ all: true });
  assertEquals([bench.process.locked, other.locked], [0n, 0n]);
});

Deno.test("187. One page at two IOVAs, at 0 and at the end of the aperture, translates through each", () => {
  const bench = new Bench();
  for (const iova of [0n, 0x5000n, 2n ** 48n - PAGE]) bench.map({ iova });
  for (const iova of [0n, 0x5000n, 2n ** 48n - PAGE]) {
    assertEquals(bench.translate(iova + 0xffn), 0x1_0000_00ffn);
  }
});

Deno.test("translate() blocks what is not mapped, with the direction, and what is beyond the unit's width", () => {
  const bench = new Bench();
  bench.map();
  assertEquals(bench.translate(0xf_ffffn, true), "[fault reason 0x05] PTE Write access is not set");
  assertEquals(bench.translate(0x10_1000n, false), "[fault reason 0x06] PTE Read access is not set");
  assertEquals(bench.translate(2n ** 48n, false), "[fault reason 0x04] Access beyond MGAW");
  bench.unmap({ all: true });
  assertEquals(bench.translate(0x10_0000n, false), "[fault reason 0x06] PTE Read access is not set");
});

Deno.test("translate() tells how far the page goes", () => {
  const bench = new Bench();
  bench.map({ size: 2n * PAGE });
  const translation = bench.iommu.translate("0000:00:00.0", 0x10_0ff0n, true);
  assertEquals(translation, { physical: 0x1_0000_0ff0n, size: 16 });
});

Deno.test("map() of memory in pieces translates each page to its own place", () => {
  const bench = new Bench();
  bench.map({ vaddr: MEMORY + 0x20_0000n, iova: 0x20_0000n, size: 0x10_0000n });
  bench.map({ iova: 0x10_0000n, size: 0x10_0000n });
  assertEquals(bench.translate(0x1f_ffffn), 0x1_000f_ffffn);
  assertEquals(bench.translate(0x20_0000n), 0x2_0000_0000n);
  assertEquals(bench.translate(0x2f_ffffn), 0x2_000f_ffffn);
});

Deno.test("185. Two containers map the same IOVA, each to its own memory", () => {
  const [one, other] = [new Bench(), new Bench()];
  one.map();
  other.map({ vaddr: MEMORY + PAGE });
  assertEquals(one.translate(0x10_0000n), 0x1_0000_0000n);
  assertEquals(other.translate(0x10_0000n), 0x1_0000_1000n);
});
