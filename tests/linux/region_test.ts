import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { startOf } from "../../backends/linux/positions.ts";
import { LinuxRegion } from "../../backends/linux/region.ts";
import { VfioError } from "../../core/errors.ts";
import { libc } from "../../os/libc.ts";
import { ACCESSES, MISFITS, READS, WRITES } from "./accesses.ts";
import { callsOf } from "./calls.ts";
import { COMMAND, CONFIG, MadeUpDevice, MEMORY_SPACE } from "./made_up_device.ts";

const BAR = 2;
const SIZE = 0x1000;

function deviceWithBar(): MadeUpDevice {
  return new MadeUpDevice({ [BAR]: { size: SIZE } });
}

function failure(use: () => unknown): string {
  const { operation, code } = assertThrows(use, VfioError);
  return `${operation} ${code}`;
}

Deno.test("LinuxRegion makes no system call when it is made", () => {
  using device = deviceWithBar();
  assertEquals(callsOf(() => new LinuxRegion(device, BAR)).reads, 0);
  assertStrictEquals(device.region(BAR), device.region(BAR));
  assertEquals(device.region(BAR).index, BAR);
});

for (const { name, bytes, make } of READS) {
  Deno.test(`LinuxRegion.${name}() makes one pread of ${bytes} bytes, also when nobody looks at the result`, () => {
    using device = deviceWithBar();
    const region = device.region(BAR);
    make(region, 0);
    const calls = callsOf(() => make(region, 8));
    assertEquals(calls, { reads: 1, bytesRead: bytes, writes: 0, bytesWritten: 0 });
  });
}

for (const { name, bytes, make } of WRITES) {
  Deno.test(`LinuxRegion.${name}() makes one pwrite of ${bytes} bytes, and reads nothing`, () => {
    using device = deviceWithBar();
    const region = device.region(BAR);
    make(region, 0);
    const calls = callsOf(() => make(region, 8));
    assertEquals(calls, { reads: 0, bytesRead: 0, writes: 1, bytesWritten: bytes });
  });
}

Deno.test("LinuxRegion reads little-endian, at its place in the device's file", () => {
  using device = deviceWithBar();
  device.poke(BAR, 0x10, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88);
  device.poke(BAR, SIZE - 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
  const region = device.region(BAR);
  assertEquals(region.read8(0x17), 0x88);
  assertEquals(region.read16(0x16), 0x8877);
  assertEquals(region.read32(0x14), 0x8877_6655);
  assertEquals(region.read64(0x10), 0x8877_6655_4433_2211n);
  assertEquals(region.read32(SIZE - 4), 0xffff_ffff);
  assertEquals(region.read64(SIZE - 8), 2n ** 64n - 1n);
  assertEquals(device.region(CONFIG).read32(0x10), 0);
});

Deno.test("LinuxRegion writes little-endian, at its place in the device's file, and nothing beside it", () => {
  using device = deviceWithBar();
  const region = device.region(BAR);
  region.write64(0x10, 0xffff_ffff_ffff_ffffn);
  region.write8(0x11, 0x12);
  region.write16(0x12, 0x3456);
  region.write32(0x14, 0x789a_bcde);
  assertEquals(device.peek(BAR, 0x0f, 10), [0, 0xff, 0x12, 0x56, 0x34, 0xde, 0xbc, 0x9a, 0x78, 0]);
  region.write64(0x10, 0x0102_0304_0506_0708n);
  assertEquals(device.peek(BAR, 0x10, 8), [8, 7, 6, 5, 4, 3, 2, 1]);
});

Deno.test("LinuxRegion refuses offsets that are fractional, unaligned or outside, and makes no call", () => {
  using device = deviceWithBar();
  const region = device.region(BAR);
  for (const { name, bytes, make } of ACCESSES) {
    const offsets = [-bytes, 0.5, NaN, Infinity, SIZE, SIZE - bytes + 1, 2 ** 32, ...(bytes > 1 ? [1] : [])];
    for (const offset of offsets) {
      const { reads, writes } = callsOf(() => assertThrows(() => make(region, offset), RangeError));
      assertEquals([reads, writes], [0, 0], `${name} at ${offset}`);
    }
    make(region, SIZE - bytes);
  }
});

Deno.test("LinuxRegion refuses values that do not fit, and makes no call", () => {
  using device = deviceWithBar();
  const region = device.region(BAR);
  for (const [what, write] of MISFITS) {
    assertEquals(callsOf(() => assertThrows(() => write(region), RangeError)).writes, 0, what);
  }
});

Deno.test("LinuxRegion has no byte of a region that the device does not have", () => {
  using device = deviceWithBar();
  for (const index of [0, 9, 0xffff_ffff]) {
    assertEquals(device.region(index).size, 0);
    for (const { make } of ACCESSES) assertThrows(() => make(device.region(index), 0), RangeError);
    assertEquals(failure(() => device.region(index).info()), "VFIO_DEVICE_GET_REGION_INFO EINVAL");
  }
});

Deno.test("LinuxRegion.read() and write() move bytes in one call, from any offset, with the count that came", () => {
  using device = deviceWithBar();
  const region = device.region(BAR);
  const written = callsOf(() => assertEquals(region.write(5, Uint8Array.of(1, 2, 3)), 3));
  assertEquals([written.writes, written.bytesWritten], [1, 3]);
  assertEquals(device.peek(BAR, 4, 5), [0, 1, 2, 3, 0]);
  const into = new Uint8Array(4);
  const read = callsOf(() => assertEquals(region.read(4, into), 4));
  assertEquals([read.reads, read.bytesRead, [...into]], [1, 4, [0, 1, 2, 3]]);
  // A part of a buffer is filled, and nothing around it.
  region.read(5, into.subarray(1, 3));
  assertEquals([...into], [0, 1, 2, 3]);
  assertEquals(region.read(0, new Uint8Array(0)), 0);
});

Deno.test("LinuxRegion.read() gives a short count at the file's end, and an access that is short is EIO", () => {
  using device = deviceWithBar();
  const region = device.region(BAR);
  assertEquals(libc().ftruncate(device.fd, startOf(BAR) + 6n), 0);
  assertEquals(region.read(4, new Uint8Array(4)), 2);
  assertEquals(region.read(6, new Uint8Array(4)), 0);
  assertEquals(region.read16(4), 0);
  const error = assertThrows(() => region.read32(4), VfioError);
  assertEquals([error.operation, error.code], ["pread", "EIO"]);
  assertEquals(error.message.includes("it stopped after 2 bytes"), true);
  assertEquals(failure(() => region.read64(8)), "pread EIO");
});

Deno.test("LinuxRegion.read() and write() refuse offsets that the call cannot carry, and what is no buffer", () => {
  using device = deviceWithBar();
  const region = device.region(BAR);
  const bytes = new Uint8Array(4);
  for (const offset of [-1, 0.5, NaN, 2 ** 40, 4n as unknown as number]) {
    assertThrows(() => region.read(offset, bytes), TypeError);
    assertThrows(() => region.write(offset, bytes), TypeError);
  }
  assertThrows(() => region.read(0, [0] as unknown as Uint8Array<ArrayBuffer>), TypeError);
  assertThrows(() => region.write(0, new Uint16Array(2) as unknown as Uint8Array<ArrayBuffer>), TypeError);
});

Deno.test("LinuxRegion.read() goes by a buffer's real size, whatever it says of itself", () => {
  class Liar extends Uint8Array<ArrayBuffer> {
    override get byteLength(): number {
      return 0x1000;
    }
  }
  using device = deviceWithBar();
  const liar = new Liar(new ArrayBuffer(4));
  assertEquals(callsOf(() => device.region(BAR).read(0, liar)).bytesRead, 4);
  assertEquals(callsOf(() => device.region(BAR).write(0, liar)).bytesWritten, 4);
});

Deno.test("LinuxRegion tells the errno of a call that fails", () => {
  // A device has no region there; the memfd cannot be as long as that.
  using device = new MadeUpDevice({ 0x7f_ffff: { size: 2 ** 40 } });
  const region = device.region(0x7f_ffff);
  assertEquals(failure(() => region.write32(2 ** 40 - 4, 1)), "pwrite EINVAL");
  assertEquals(failure(() => region.write(2 ** 40 - 1, new Uint8Array(4))), "pwrite EINVAL");
  assertEquals(failure(() => region.read(2 ** 40 - 1, new Uint8Array(4))), "pread EINVAL");
});

Deno.test("LinuxRegion throws EBADF when its device is disposed of, and has no bytes then", () => {
  using device = deviceWithBar();
  const region = device.region(BAR);
  assertEquals(region.size, SIZE);
  device[Symbol.dispose]();
  assertEquals(region.size, 0);
  for (const { make } of READS) assertEquals(failure(() => make(region, 0)), "pread EBADF");
  for (const { make } of WRITES) assertEquals(failure(() => make(region, 0)), "pwrite EBADF");
  // Also what would be refused for itself, and in a region that nobody has asked about.
  for (const { make } of ACCESSES) {
    const uses = [() => make(region, 0), () => make(region, SIZE), () => make(device.region(CONFIG), 0)];
    for (const use of uses) {
      const { code, message } = assertThrows(use, VfioError);
      assertEquals([code, message.includes("the device is disposed of")], ["EBADF", true], message);
    }
  }
  assertEquals(failure(() => region.read(0, new Uint8Array(4))), "pread EBADF");
  assertEquals(failure(() => region.write(0, new Uint8Array(4))), "pwrite EBADF");
  assertEquals(failure(() => region.map()), "mmap EBADF");
});

Deno.test("LinuxRegion shuts mappings before each write to the config space, of any kind, and before no other", () => {
  using device = deviceWithBar();
  const config = device.region(CONFIG);
  const seen: number[][] = [];
  const mapping = { block: () => void seen.push(device.peek(CONFIG, COMMAND, 2)) };
  device.physical.cover(mapping);
  using _uncovered = { [Symbol.dispose]: () => device.physical.uncover(mapping) };
  config.write8(COMMAND, 0x12);
  config.write16(COMMAND, 0x1357);
  config.write32(COMMAND, 0);
  config.write64(0, 0n);
  config.write(3, new Uint8Array(1));
  assertEquals(seen, [[MEMORY_SPACE, 0], [0x12, 0], [0x57, 0x13], [0, 0], [0, 0]]);
  config.read32(COMMAND);
  config.read(COMMAND, new Uint8Array(2));
  device.region(BAR).write32(0, 1);
  device.region(BAR).write(0, new Uint8Array(4));
  assertThrows(() => config.write16(COMMAND + 1, 0), RangeError);
  assertEquals(seen.length, 5);
});

Deno.test("LinuxRegion.size is asked for once, and again as long as the kernel knows no such region", () => {
  using device = deviceWithBar();
  const { name, fd, physical } = device;
  let isThere = false;
  let asked = 0;
  const region = new LinuxRegion({
    name,
    fd,
    physical,
    closed: false,
    regionInfo(index) {
      asked++;
      return device.regionInfo(isThere ? index : 99);
    },
  }, BAR);
  assertEquals([region.size, region.size, asked], [0, 0, 2]);
  isThere = true;
  assertEquals([region.size, region.size, asked], [SIZE, SIZE, 3]);
});
