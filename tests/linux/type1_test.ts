import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { LinuxContainer } from "../../backends/linux/container.ts";
import { Type1 } from "../../backends/linux/type1.ts";
import { VfioError } from "../../core/errors.ts";
import type { DirtyBitmap } from "../../core/iommu_driver.ts";
import { O_RDONLY } from "../../os/constants_data.ts";
import { Descriptor } from "../../os/descriptor.ts";
import { openFile } from "../../os/files.ts";
import "./holdings.ts";
import { memfd } from "./memfd.ts";

class File extends Descriptor {}

/** Answers every ioctl with ENOTTY, as a container does that has an IOMMU driver without mappings. */
function answersEnotty(): Descriptor {
  return new File(memfd("vfio-container"), "/dev/vfio/vfio");
}

/** Answers every ioctl that it does not know with EINVAL, as a container does without an IOMMU driver. */
function answersEinval(): Descriptor {
  return new File(openFile("/dev/urandom", O_RDONLY), "/dev/vfio/vfio");
}

Deno.test("Type1.type is what was set, also where there is nothing to map", () => {
  using container = answersEnotty();
  const iommu = new Type1(container);
  assertEquals(iommu.type, undefined);
  iommu.wasSet("noiommu");
  assertEquals([iommu.type, iommu.type], ["noiommu", "noiommu"]);
});

Deno.test("Type1.type is undefined when the kernel has none any more: the last group took it away", () => {
  using container = answersEinval();
  const iommu = new Type1(container);
  iommu.wasSet("type1v2");
  assertEquals([iommu.type, iommu.type], [undefined, undefined]);
});

Deno.test("Type1.type throws what it does not understand", () => {
  // A number that is no descriptor's: somebody closed it behind the object's back.
  const iommu = new Type1(new File(0x7fff_fffe, "/dev/vfio/vfio"));
  iommu.wasSet("type1");
  assertEquals(assertThrows(() => iommu.type, VfioError).code, "EBADF");
});

Deno.test("Type1.type is undefined after the container is closed", () => {
  using container = answersEnotty();
  const iommu = new Type1(container);
  iommu.wasSet("type1");
  container[Symbol.dispose]();
  assertEquals(iommu.type, undefined);
});

Deno.test("LinuxContainer.iommu is one object, and has no type when setting one failed", () => {
  using container = new LinuxContainer(memfd("vfio-container"));
  assertThrows(() => container.setIommu("type1"), VfioError);
  assertStrictEquals(container.iommu, container.iommu);
  assertEquals(container.iommu.type, undefined);
});

Deno.test("LinuxContainer refuses extensions that are none", () => {
  using container = new LinuxContainer(memfd("vfio-container"));
  for (const extension of ["type2", -1, 0.5]) {
    assertThrows(() => container.supports(extension as "type1"), TypeError);
    assertThrows(() => container.setIommu(extension as "type1"), TypeError);
  }
});

Deno.test("Type1 names ranges in errors: one that is empty or wraps by its parts", () => {
  using container = answersEinval();
  const iommu = new Type1(container);
  const ranges = [
    [0x1000n, 0x2000n, "[0x1000, 0x2fff]"],
    [0n, 2n ** 64n - 1n, "[0x0, 0xfffffffffffffffe]"],
    [0x1000n, 0n, "0x0 bytes at 0x1000"],
    [2n ** 64n - 0x1000n, 0x2000n, "0x2000 bytes at 0xfffffffffffff000"],
  ] as const;
  for (const [iova, size, subject] of ranges) {
    assertEquals(assertThrows(() => iommu.map({ iova, size, vaddr: 0n }), VfioError).subject, subject);
    assertEquals(assertThrows(() => iommu.unmap({ iova, size }), VfioError).subject, subject);
  }
  const all = { iova: 0n, size: 0n, all: true };
  assertEquals(assertThrows(() => iommu.unmap(all), VfioError).subject, "all mappings");
});

Deno.test("Type1.map() tells what helps as far as it is known by then, and never fails for it", () => {
  using container = answersEinval();
  const error = assertThrows(() => new Type1(container).map({ iova: 0n, vaddr: 0n, size: 1n }), VfioError);
  container[Symbol.dispose]();
  const texts = error.remedies.map(({ id, text }) => `${id} ${text}`);
  assertEquals(texts.length, 1, "ranges and alignment are not known");
  assert(texts[0]?.startsWith("DMA-ALIGN Ask for at least one of read and write"));
});

Deno.test("Type1 refuses what its structs cannot carry", () => {
  using container = answersEnotty();
  const iommu = new Type1(container);
  const good = { iova: 0n, vaddr: 0n, size: 4096n };
  for (const value of [-1n, 2n ** 64n, 4096 as unknown as bigint]) {
    for (const field of ["iova", "vaddr", "size"]) {
      assertThrows(() => iommu.map({ ...good, [field]: value }), TypeError);
    }
    for (const field of ["iova", "size"]) {
      assertThrows(() => iommu.unmap({ ...good, [field]: value }), TypeError);
      const bitmap = { pageSize: 4096n, data: new Uint8Array(8) };
      assertThrows(() => iommu.dirty.read({ ...good, bitmap, [field]: value }), TypeError);
    }
  }
  const bitmaps = [
    { pageSize: 0n, data: new Uint8Array(8) },
    { pageSize: 4096n, data: [] },
  ] as readonly unknown[] as readonly DirtyBitmap[];
  for (const bitmap of bitmaps) {
    assertThrows(() => iommu.dirty.read({ ...good, bitmap }), TypeError);
    assertThrows(() => iommu.unmap({ ...good, dirty: bitmap }), TypeError);
  }
});
