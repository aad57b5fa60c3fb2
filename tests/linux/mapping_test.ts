import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LinuxDevice } from "../../backends/linux/device.ts";
import { PhysicalDevice } from "../../backends/linux/physical_device.ts";
import { VfioError } from "../../core/errors.ts";
import type { Mapping } from "../../core/region.ts";
import { libc } from "../../os/libc.ts";
import { ACCESSES, MISFITS, READS, WRITES } from "./accesses.ts";
import type { Access } from "./accesses.ts";
import { callsOf } from "./calls.ts";
import { holdings, isMapped } from "./holdings.ts";
import { COMMAND, CONFIG, FILE, MadeUpDevice, MEMORY_SPACE } from "./made_up_device.ts";
import { memfd } from "./memfd.ts";

const PAGE = libc().getpagesize();
const BAR = 0;
const ABSENT = 1;

function deviceWithBar(): MadeUpDevice {
  return new MadeUpDevice({ [BAR]: { size: PAGE } });
}

function assertEachThrows(accesses: readonly Access[], mapping: Mapping, failure: string): void {
  for (const { name, make } of accesses) {
    const { operation, code } = assertThrows(() => make(mapping, 0), VfioError);
    assertEquals(`${operation} ${code}`, failure, name);
  }
}

Deno.test("LinuxMapping reads and writes the device's own bytes, little-endian, each width at its place", () => {
  using device = deviceWithBar();
  using mapping = device.region(BAR).map();
  device.poke(BAR, 8, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88);
  assertEquals(mapping.read8(15), 0x88);
  assertEquals(mapping.read16(14), 0x8877);
  assertEquals(mapping.read32(12), 0x8877_6655);
  assertEquals(mapping.read64(8), 0x8877_6655_4433_2211n);
  mapping.write64(16, 0xffff_ffff_ffff_ffffn);
  mapping.write8(17, 0x12);
  mapping.write16(18, 0x3456);
  mapping.write32(20, 0x789a_bcde);
  assertEquals(device.peek(BAR, 15, 10), [0x88, 0xff, 0x12, 0x56, 0x34, 0xde, 0xbc, 0x9a, 0x78, 0]);
});

Deno.test("LinuxMapping refuses offsets and values that do not fit, opened or not", () => {
  using device = deviceWithBar();
  using mapping = device.region(BAR).map();
  for (const opened of [false, true]) {
    for (const { bytes, make } of ACCESSES) {
      const offsets = [-bytes, 0.5, NaN, PAGE, PAGE - bytes + 1, 2 ** 32, ...(bytes > 1 ? [1] : [])];
      for (const offset of offsets) assertThrows(() => make(mapping, offset), RangeError);
      if (opened) make(mapping, PAGE - bytes);
    }
    for (const [what, write] of MISFITS) assertThrows(() => write(mapping), RangeError, undefined, what);
    mapping.read8(0);
  }
});

Deno.test("LinuxMapping makes no system call but at the first access after a doubt", () => {
  using device = deviceWithBar();
  using mapping = device.region(BAR).map();
  for (const { name, make } of ACCESSES) {
    device.physical.doubt();
    assert(callsOf(() => make(mapping, 8)).reads > 0, name);
    assertEquals(callsOf(() => make(mapping, 8)).reads, 0, name);
  }
});

Deno.test("LinuxMapping throws EFAULT for what its protection does not allow, where the process would end", () => {
  using device = deviceWithBar();
  using read = device.region(BAR).map({ protection: "read" });
  using write = device.region(BAR).map({ protection: "write" });
  using none = device.region(BAR).map({ protection: "none" });
  write.write32(0, 0x1234_5678);
  assertEquals(read.read32(0), 0x1234_5678);
  assertEachThrows(WRITES, read, "mmap EFAULT");
  assertEachThrows(READS, write, "mmap EFAULT");
  assertEachThrows(ACCESSES, none, "mmap EFAULT");
});

Deno.test("LinuxMapping throws EIO while the device does not decode memory, and works again afterwards", () => {
  using device = deviceWithBar();
  const config = device.region(CONFIG);
  using early = device.region(BAR).map();
  early.write32(0, 5);
  config.write16(COMMAND, 0);
  using late = device.region(BAR).map();
  for (const mapping of [early, late]) {
    assertEachThrows(READS, mapping, "pread EIO");
    assertEachThrows(WRITES, mapping, "pwrite EIO");
  }
  config.write8(COMMAND, MEMORY_SPACE);
  assertEquals([early.read32(0), late.read32(0)], [5, 5]);
});

Deno.test("LinuxMapping throws EIO whichever handle of the device stopped its decoding", () => {
  using device = deviceWithBar();
  using other = device.openAgain();
  using mapping = device.region(BAR).map();
  mapping.read32(0);
  other.region(CONFIG).write(3, Uint8Array.of(0, 0));
  assertEachThrows(READS, mapping, "pread EIO");
  device.region(CONFIG).write32(COMMAND, MEMORY_SPACE);
  assertEquals(mapping.read32(0), 0);
});

Deno.test("LinuxMapping throws EIO while a reset runs in a thread of its own, and works again afterwards", async () => {
  using device = deviceWithBar();
  using mapping = device.region(BAR).map();
  mapping.write32(0, 9);
  const reset = device.resetAsync();
  assertEachThrows(READS, mapping, "pread EIO");
  assertEachThrows(WRITES, mapping, "pwrite EIO");
  await assertRejects(() => reset, VfioError);
  assertEquals(mapping.read32(0), 9);
});

Deno.test("LinuxMapping throws EIO while a hot reset runs, also of a device that is not known to be hit", async () => {
  using device = deviceWithBar();
  using other = new LinuxDevice(memfd(FILE), "ffff:00:01.0");
  using mapping = device.region(BAR).map();
  mapping.write32(0, 9);
  const reset = other.hotResetAsync([]);
  assertEachThrows(READS, mapping, "pread EIO");
  await assertRejects(() => reset, VfioError);
  assertEquals(mapping.read32(0), 9);
});

Deno.test("LinuxMapping asks the device again after a reset, a hot reset, and a request for a feature", () => {
  using device = deviceWithBar();
  using mapping = device.region(BAR).map();
  const requests = [
    () => device.reset(),
    () => device.hotReset([]),
    () => device.feature({ feature: 3, set: true }),
  ];
  for (const request of requests) {
    mapping.read32(0);
    device.poke(CONFIG, COMMAND, 0);
    assertThrows(request, VfioError);
    assertEachThrows(READS, mapping, "pread EIO");
    device.poke(CONFIG, COMMAND, MEMORY_SPACE);
  }
});

Deno.test("LinuxMapping[Symbol.dispose]() unmaps: each access throws EBADF, the address stays a number", () => {
  using device = deviceWithBar();
  const before = holdings();
  const mapping = device.region(BAR).map();
  const { vaddr } = mapping;
  mapping.read32(0);
  assert(isMapped(vaddr));
  mapping[Symbol.dispose]();
  mapping[Symbol.dispose]();
  assert(!isMapped(vaddr));
  assertEquals([mapping.size, mapping.vaddr], [0, vaddr]);
  assertEachThrows(ACCESSES, mapping, "mmap EBADF");
  assertThrows(() => mapping.read32(1), VfioError);
  assertEquals([holdings(), PhysicalDevice.isHeld(device.name)], [before, true]);
});

Deno.test("LinuxMapping[Symbol.dispose]() unmaps once: what is mapped there by then stays", () => {
  using device = deviceWithBar();
  const first = device.region(BAR).map();
  first[Symbol.dispose]();
  using second = device.region(BAR).map();
  first[Symbol.dispose]();
  assertEquals(second.read32(0), 0);
});

Deno.test("LinuxMapping[Symbol.dispose]() unmaps also what has no byte of the region", () => {
  using device = deviceWithBar();
  // vfio-pci would refuse it; a memfd does not.
  const mapping = device.region(ABSENT).map({ size: PAGE });
  assertEquals(mapping.size, 0);
  assertThrows(() => mapping.read8(0), RangeError);
  assert(isMapped(mapping.vaddr));
  mapping[Symbol.dispose]();
  assert(!isMapped(mapping.vaddr));
  device[Symbol.dispose]();
  assert(!PhysicalDevice.isHeld(device.name));
});

Deno.test("LinuxMapping ends a hot loop with EBADF when it is disposed of in the middle", () => {
  using device = deviceWithBar();
  for (const access of [...READS, ...WRITES]) {
    const mapping = device.region(BAR).map();
    let last = -1;
    const error = assertThrows(() => {
      for (let i = 0;; i++) {
        access.make(mapping, 8);
        last = i;
        if (i === 30_000) mapping[Symbol.dispose]();
      }
    }, VfioError);
    assertEquals([error.code, last], ["EBADF", 30_000], access.name);
  }
});

Deno.test("LinuxMapping works on when its device is disposed of, and holds the device until it is too", () => {
  const device = deviceWithBar();
  const mapping = device.region(BAR).map();
  mapping.write32(0, 3);
  device[Symbol.dispose]();
  assertEquals(mapping.read32(0), 3);
  assert(PhysicalDevice.isHeld(device.name));
  mapping[Symbol.dispose]();
  assert(!PhysicalDevice.isHeld(device.name));
});

Deno.test("LinuxMapping goes by what its device saw last when that is disposed of", () => {
  for (const command of [0, MEMORY_SPACE]) {
    const device = deviceWithBar();
    using mapping = device.region(BAR).map();
    mapping.write32(0, 3);
    device.region(CONFIG).write16(COMMAND, command);
    device[Symbol.dispose]();
    if (command === 0) assertEachThrows(READS, mapping, "pread EIO");
    else assertEquals(mapping.read32(0), 3);
  }
});
