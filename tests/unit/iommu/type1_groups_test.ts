import { assertEquals, assertStringIncludes } from "@std/assert";
import { MSI_WINDOW, Type1Plugin } from "../../../iommu/mod.ts";
import { Bench, codeOf, errorOf, group, Machine, PAGE } from "./machine.ts";

const ATTACH = "VFIO_GROUP_SET_CONTAINER";
const NARROW = { aperture: { start: 0n, last: 2n ** 39n - 1n } };
const HOLE = { start: 0x20_0000n, last: 0x2f_ffffn, type: "direct" };

Deno.test("attachGroup() refuses a group without an IOMMU before it with EINVAL", () => {
  const iommu = new Type1Plugin().open(3, new Machine());
  const error = errorOf(() => iommu.attachGroup({ ...group(), unit: undefined }, ATTACH));
  assertEquals([error?.code, error?.operation], ["EINVAL", ATTACH]);
});

Deno.test("attachGroup() refuses a group that is attached with EINVAL", () => {
  const bench = new Bench();
  const error = errorOf(() => bench.iommu.attachGroup(bench.group, ATTACH));
  assertEquals([error?.code, error?.operation], ["EINVAL", ATTACH]);
});

Deno.test("attachGroup() takes what a group cannot use from the ranges, and detachGroup() gives it back", () => {
  const { iommu } = new Bench();
  const before = iommu.info().ranges;
  const other = group({ ...NARROW, reserved: [HOLE] });
  iommu.attachGroup(other, ATTACH);
  assertEquals(iommu.info().ranges, [
    { start: 0n, last: 0x1f_ffffn },
    { start: 0x30_0000n, last: 0xfedf_ffffn },
    { start: 0xfef0_0000n, last: 2n ** 39n - 1n },
  ]);
  iommu.detachGroup(other);
  assertEquals(iommu.info().ranges, before);
});

Deno.test("attachGroup() leaves relaxable reserved ranges to map", () => {
  const { iommu } = new Bench({
    group: group({ reserved: [MSI_WINDOW, { ...HOLE, type: "direct-relaxable" }] }),
  });
  assertEquals(iommu.info().ranges?.length, 2);
});

Deno.test("attachGroup() refuses a group that mappings do not fit: reserved there, or beyond its aperture", () => {
  for (
    const wrong of [
      group({ reserved: [HOLE] }),
      group({ aperture: { start: 0x30_0000n, last: 2n ** 48n - 1n } }),
    ]
  ) {
    const bench = new Bench();
    bench.map({ iova: 0x20_0000n });
    const error = errorOf(() => bench.iommu.attachGroup(wrong, ATTACH));
    assertEquals(error?.code, "EINVAL");
    assertStringIncludes(error?.message ?? "", "mappings lie in");
    assertEquals(bench.iommu.info().ranges?.length, 2, "nothing has changed");
    bench.unmap({ all: true });
    bench.iommu.attachGroup(wrong, ATTACH);
  }
  const bench = new Bench();
  bench.map({ iova: 2n ** 39n });
  assertEquals(codeOf(() => bench.iommu.attachGroup(group(NARROW), ATTACH)), "EINVAL");
});

Deno.test("attachGroup() refuses apertures that have nothing in common, and groups that leave nothing to map", () => {
  const low = new Bench({ group: group({ aperture: { start: 0n, last: 0xfffn } }) });
  assertEquals(
    codeOf(() => low.iommu.attachGroup(group({ aperture: { start: 0x1000n, last: 0x1fffn } }), ATTACH)),
    "EINVAL",
  );
  const iommu = new Type1Plugin().open(3, new Machine());
  const all = { start: 0n, last: 2n ** 64n - 1n, type: "reserved" };
  assertEquals(codeOf(() => iommu.attachGroup(group({ reserved: [all] }), "VFIO_SET_IOMMU")), "EINVAL");
});

Deno.test("attachGroup() refuses hardware that does not isolate interrupts with EPERM, unless that is allowed", () => {
  const unsafe = () => group({ isolatesInterrupts: false });
  const iommu = new Type1Plugin().open(3, new Machine());
  const error = errorOf(() => iommu.attachGroup(unsafe(), "VFIO_SET_IOMMU"));
  assertEquals([error?.code, error?.operation], ["EPERM", "VFIO_SET_IOMMU"]);
  assertStringIncludes(error?.explain() ?? "", "allow_unsafe_interrupts");
  new Type1Plugin().open(3, new Machine({ allowUnsafeInterrupts: true })).attachGroup(
    unsafe(),
    "VFIO_SET_IOMMU",
  );
});

Deno.test("46. A mapping outlives one of two groups, and ends with the last", () => {
  const bench = new Bench();
  const other = group();
  bench.iommu.attachGroup(other, ATTACH);
  bench.map();
  bench.iommu.detachGroup(bench.group);
  assertEquals(codeOf(() => bench.map()), "EEXIST");
  bench.iommu.attachGroup(bench.group, ATTACH);
  assertEquals(bench.translate(0x10_0000n), 0x1_0000_0000n, "the group that came back sees it");
  bench.iommu.detachGroup(other);
  assertEquals(bench.process.locked, PAGE);
  bench.iommu.detachGroup(bench.group);
  assertEquals([bench.process.locked, bench.machine.pinned.size], [0n, 0]);
});

Deno.test("detachGroup() of a group that is not attached changes nothing", () => {
  const bench = new Bench();
  bench.map();
  bench.iommu.detachGroup(group());
  assertEquals(bench.translate(0x10_0000n), 0x1_0000_0000n);
});

Deno.test("info() has the page sizes that all hardware has, and hides those below 4096", () => {
  const bench = new Bench({ group: group({ pageSizes: 0xffff_ffff_ffff_f000n }) });
  assertEquals(bench.iommu.info().pageSizes, 0xffff_ffff_ffff_f000n);
  const vtd = group({ enforcesCoherency: true });
  bench.iommu.attachGroup(vtd, ATTACH);
  assertEquals(bench.iommu.info().pageSizes, 0x40201000n);
  bench.iommu.detachGroup(vtd);
  assertEquals(bench.iommu.info().pageSizes, 0xffff_ffff_ffff_f000n);
  const fine = new Bench({ group: group({ pageSizes: 0x20_0a00n }) });
  assertEquals(fine.iommu.info().pageSizes, 0x20_1000n);
});

Deno.test("A smallest page above 4096 bytes is what requests must be aligned to, and a dirty bit stands for", () => {
  const bench = new Bench({ group: group({ pageSizes: 0x1_0000n }) });
  assertEquals(bench.iommu.info().alignment, 0x1_0000n);
  assertEquals(codeOf(() => bench.map({ size: PAGE })), "EINVAL");
  bench.map({ size: 0x2_0000n });
  assertEquals(codeOf(() => bench.unmap({ iova: 0x10_1000n, size: 0x1_0000n })), "EINVAL");
  bench.iommu.dirty.start();
  const dirty = { pageSize: 0x1_0000n, data: new Uint8Array(8) };
  assertEquals(bench.unmap({ iova: 0x10_0000n, size: 0x2_0000n, dirty }), 0x2_0000n);
  assertEquals(dirty.data.toHex(), "0300000000000000");
});

Deno.test("translate() knows the width of the unit that a device is behind", () => {
  const bench = new Bench({ group: group(NARROW) });
  assertEquals(bench.translate(2n ** 39n, true), "[fault reason 0x04] Access beyond MGAW");
  assertEquals(bench.translate(2n ** 39n - 1n, true), "[fault reason 0x05] PTE Write access is not set");
});
