import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { RegionInfo } from "../../core/region.ts";
import { VfioError } from "../../core/errors.ts";
import { libc } from "../../os/libc.ts";
import { holdings, isMapped } from "./holdings.ts";
import { MadeUpDevice } from "./made_up_device.ts";

const PAGE = libc().getpagesize();
const BAR = 0;
const SMALL = 1;
const ABSENT = 2;
const SPARSE = 4;

function deviceWithBars(): MadeUpDevice {
  const areas = [{ offset: PAGE, size: 2 * PAGE }, { offset: 8 * PAGE, size: PAGE }];
  return new MadeUpDevice({
    [BAR]: { size: 16 * PAGE, capabilities: [{ id: "msix-mappable", version: 1 }] },
    [SMALL]: { size: 256 },
    [SPARSE]: { size: 16 * PAGE, capabilities: [{ id: "sparse-mmap", version: 1, areas }] },
  });
}

function failure(use: () => unknown): string {
  const { operation, code } = assertThrows(use, VfioError);
  return `${operation} ${code}`;
}

Deno.test("LinuxRegion.map() maps the whole region", () => {
  using device = deviceWithBars();
  using mapping = device.region(BAR).map();
  assertEquals([mapping.region, mapping.offset, mapping.size], [BAR, 0, 16 * PAGE]);
  assertEquals(mapping.vaddr % BigInt(PAGE), 0n);
  for (const at of [0, 15 * PAGE]) {
    assert(isMapped(mapping.vaddr + BigInt(at)));
    device.poke(BAR, at, 0x21, 0x43, 0x65, 0x87);
    assertEquals(mapping.read32(at), 0x8765_4321);
    mapping.write32(at + 4, 0xfeed_f00d);
    assertEquals(device.peek(BAR, at + 4, 4), [0x0d, 0xf0, 0xed, 0xfe]);
  }
});

Deno.test("LinuxRegion.map() maps a window, whose offsets begin at 0", () => {
  using device = deviceWithBars();
  device.poke(BAR, 2 * PAGE + 8, 0x5a);
  device.poke(BAR, 4 * PAGE - 1, 0xa5);
  using middle = device.region(BAR).map({ offset: 2 * PAGE, size: 2 * PAGE });
  assertEquals([middle.offset, middle.size], [2 * PAGE, 2 * PAGE]);
  assertEquals([middle.read8(8), middle.read8(2 * PAGE - 1)], [0x5a, 0xa5]);
  assertThrows(() => middle.read8(2 * PAGE), RangeError);
  using part = device.region(BAR).map({ offset: 3 * PAGE, size: 100 });
  assertEquals(part.size, 100);
  assertThrows(() => part.read8(100), RangeError);
});

Deno.test("LinuxRegion.map() maps the rest of the region when no size is given", () => {
  using device = deviceWithBars();
  using mapping = device.region(BAR).map({ offset: 15 * PAGE });
  assertEquals(mapping.size, PAGE);
});

Deno.test("LinuxRegion.map() of a region of less than a page covers the page, and gives the region alone", () => {
  using device = deviceWithBars();
  for (const size of [undefined, PAGE]) {
    using mapping = device.region(SMALL).map(size === undefined ? {} : { size });
    assertEquals(mapping.size, 256);
    assert(isMapped(mapping.vaddr + BigInt(PAGE - 1)));
    assertEquals(mapping.read32(252), 0);
    for (const offset of [256, PAGE - 4]) assertThrows(() => mapping.read32(offset), RangeError);
    assertThrows(() => mapping.write64(256, 0n), RangeError);
    mapping[Symbol.dispose]();
    assert(!isMapped(mapping.vaddr));
  }
});

Deno.test("LinuxRegion.map() maps what lies inside one area of sparse-mmap, and nothing else", () => {
  using device = deviceWithBars();
  const region = device.region(SPARSE);
  for (const [first, pages] of [[1, 2], [1, 1], [2, 1], [8, 1]] as const) {
    using mapping = region.map({ offset: first * PAGE, size: pages * PAGE });
    assertEquals([mapping.offset, mapping.size], [first * PAGE, pages * PAGE]);
  }
  const before = holdings();
  for (const [first, pages] of [[0, 1], [0, 2], [1, 3], [2, 2], [3, 1], [1, 8], [8, 2], [0, 16]] as const) {
    assertEquals(failure(() => region.map({ offset: first * PAGE, size: pages * PAGE })), "mmap EINVAL");
  }
  assertEquals(failure(() => region.map()), "mmap EINVAL");
  assertEquals(failure(() => region.map({ offset: 8 * PAGE })), "mmap EINVAL");
  assertEquals(holdings(), before);
});

Deno.test("LinuxRegion.map() leaves to the kernel what it refuses, and holds nothing then", () => {
  using device = deviceWithBars();
  const before = holdings();
  assertEquals(failure(() => device.region(BAR).map({ offset: 1, size: PAGE })), "mmap EINVAL");
  assertEquals(failure(() => device.region(BAR).map({ size: 0 })), "mmap EINVAL");
  assertEquals(failure(() => device.region(BAR).map({ offset: 16 * PAGE })), "mmap EINVAL");
  assertEquals(failure(() => device.region(ABSENT).map()), "mmap EINVAL");
  assertEquals(failure(() => device.region(0xffff_ffff).map()), "mmap EINVAL");
  assertEquals(holdings(), before);
});

Deno.test("LinuxRegion.map() refuses what cannot be meant", () => {
  using device = deviceWithBars();
  const region = device.region(BAR);
  for (const size of [-1, 0.5, NaN, 2n as unknown as number]) {
    assertThrows(() => region.map({ size }), TypeError);
  }
  for (const offset of [-PAGE, 0.5, NaN, 2 ** 40]) assertThrows(() => region.map({ offset }), TypeError);
  assertThrows(() => region.map({ size: 2 ** 32 + PAGE }), RangeError);
});

Deno.test("LinuxRegion.map() gives another mapping at each call", () => {
  using device = deviceWithBars();
  const first = device.region(BAR).map({ size: PAGE });
  using second = device.region(BAR).map({ size: PAGE });
  assertNotEquals(first.vaddr, second.vaddr);
  first.write32(0, 7);
  first[Symbol.dispose]();
  assertEquals(second.read32(0), 7);
});

Deno.test("LinuxRegion.map() reads its options once", () => {
  using device = deviceWithBars();
  const reads: string[] = [];
  const options = {
    get offset() {
      return reads.push("offset") && PAGE;
    },
    get size() {
      return reads.push("size") && PAGE;
    },
    get protection() {
      reads.push("protection");
      return "read" as const;
    },
  };
  using _mapping = device.region(BAR).map(options);
  assertEquals(reads, ["offset", "size", "protection"]);
});

Deno.test("LinuxRegion.map() does not ask again what info() or a mapping before told", () => {
  let asked = 0;
  class Counting extends MadeUpDevice {
    override regionInfo(index: number): RegionInfo {
      asked++;
      return super.regionInfo(index);
    }
  }
  using device = new Counting({ 0: { size: 4096 } });
  const region = device.region(0);
  assertEquals([region.info().size, asked], [4096, 1]);
  using first = region.map();
  using second = region.map();
  assertEquals([first.size, second.size, region.size, asked], [4096, 4096, 4096, 1]);
  assertEquals([region.info().size, asked], [4096, 2]);
});
