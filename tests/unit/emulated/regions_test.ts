import { assertEquals, assertThrows } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveE1000e, passiveIvshmem, passiveNvme, passiveVga } from "../../../devices/passive/shapes.ts";
import { bytesAt, codeOf, hardware, ready } from "./ready.ts";

const EDU = "0000:00:01.0";
const NVME = "0000:00:02.0";
const E1000E = "0000:00:03.0";
const IVSHMEM = "0000:00:04.0";
const VGA = "0000:00:05.0";

function machine(kernel: "6.1" | "7.2" = "7.2"): EmulatedHost {
  return new EmulatedHost({ kernel })
    .plug(EDU, new EmulatedEdu())
    .plug(NVME, passiveNvme())
    .plug(E1000E, passiveE1000e())
    .plug(IVSHMEM, passiveIvshmem())
    .plug(VGA, passiveVga());
}

Deno.test("Device.regionInfo() tells sizes and flags as the kernel does", () => {
  const host = machine();
  const shape = (address: string) => {
    using open = ready(host, address);
    return Array.from({ length: 8 }, (_, i) => {
      const { size, readable, writable, mappable, capabilities, offset } = open.device.regionInfo(i);
      assertEquals(offset, i * 2 ** 40);
      const flags = (readable ? 1 : 0) | (writable ? 2 : 0) | (mappable ? 4 : 0) |
        (capabilities.length > 0 ? 8 : 0);
      return `${size.toString(16)}:${flags}`;
    });
  };
  assertEquals(shape(EDU), ["100000:7", "0:0", "0:0", "0:0", "0:0", "0:0", "0:0", "100:3"]);
  assertEquals(shape(NVME), ["4000:15", "0:0", "0:0", "0:0", "0:0", "0:0", "0:0", "1000:3"]);
  assertEquals(shape(E1000E), ["20000:7", "20000:7", "20:3", "4000:15", "0:0", "0:0", "40000:1", "1000:3"]);
  assertEquals(shape(IVSHMEM), ["100:7", "0:0", "100000:7", "0:0", "0:0", "0:0", "0:0", "100:3"]);
  using vga = ready(host, VGA);
  assertEquals(vga.device.regionInfo(8).size, 0xc_0000);
  using open = ready(host, EDU);
  for (const index of [8, 9, 0xffff_ffff]) {
    assertEquals(codeOf(() => open.device.regionInfo(index)), "EINVAL");
  }
  assertThrows(() => open.device.regionInfo(-1), TypeError);
});

Deno.test("Region.read() splits into aligned accesses: of 64 bits on new kernels, of 32 on old ones", () => {
  using old = ready(machine("6.1"), EDU);
  assertEquals(bytesAt(old.device, 0, 0, 8), [0xed, 0, 0, 1, 0, 0, 0, 0]);
  using recent = ready(machine("7.2"), EDU);
  assertEquals(bytesAt(recent.device, 0, 0, 8), Array(8).fill(0xff));
});

Deno.test("Region.read() cuts counts at the end and refuses what is not there", () => {
  using open = ready(machine(), EDU);
  const { device } = open;
  const read = (index: number, offset: number, count: number) =>
    device.region(index).read(offset, new Uint8Array(count));
  assertEquals(read(0, 0xf_fffc, 8), 4);
  assertEquals([read(0, 0, 0), read(9, 0, 0)], [0, 0]);
  for (const [index, offset] of [[0, 0x10_0000], [1, 0], [6, 0], [8, 0], [9, 0], [255, 0]] as const) {
    assertEquals(codeOf(() => read(index, offset, 4)), "EINVAL", `${index} ${offset}`);
    assertEquals(codeOf(() => device.region(index).write(offset, new Uint8Array(4))), "EINVAL");
  }
});

Deno.test("Region's eight accesses are one access each, and check offsets and values first", () => {
  using open = ready(machine(), EDU);
  const bar = open.device.region(0);
  bar.write32(4, 0x1234_5678);
  assertEquals([bar.read32(4), bar.read8(4), bar.read16(4), bar.read64(0)], [
    0xedcb_a987,
    0,
    0,
    0xffff_ffff_ffff_ffffn,
  ]);
  bar.write64(0x80, 0x1122_3344_5566_7788n);
  assertEquals(bar.read64(0x80), 0x1122_3344_5566_7788n);
  for (const offset of [-4, 2, 1.5, 0x10_0000, NaN]) assertThrows(() => bar.read32(offset), RangeError);
  assertThrows(() => bar.write8(0, 256), RangeError);
  assertThrows(() => open.device.region(1).read32(0), RangeError);
});

Deno.test("Region.read() gives EIO while memory decoding is off, through whichever handle it was switched off", () => {
  using open = ready(machine(), EDU);
  using other = open.group.openDevice(EDU);
  const bar = open.device.region(0);
  const command = other.region(7);
  command.write16(4, 0);
  const error = assertThrows(() => bar.read32(0), VfioError);
  assertEquals([error.code, error.operation], ["EIO", "pread"]);
  assertEquals(assertThrows(() => bar.write32(4, 0), VfioError).operation, "pwrite");
  command.write16(4, 6);
  assertEquals(bar.read32(0), 0x0100_00ed);
});

Deno.test("Region hides the MSI-X table, and nothing beside it", () => {
  using open = ready(machine(), NVME);
  const bar = open.device.region(0);
  bar.write32(0x1ffc, 0x0403_0201);
  bar.write32(0x2000, 0x1234);
  assertEquals(bytesAt(open.device, 0, 0x2000, 4), [0xff, 0xff, 0xff, 0xff]);
  assertEquals(bytesAt(open.device, 0, 0x1ffc, 8), [1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff]);
  assertEquals(bar.write(0x1ffc, new Uint8Array([5, 6, 7, 8, 9, 9, 9, 9])), 8);
  assertEquals(bytesAt(open.device, 0, 0x1ffc, 4), [5, 6, 7, 8]);
  assertEquals(bytesAt(open.device, 0, 0x3000, 8), Array(8).fill(0));
});

Deno.test("Region of I/O ports works with memory off, reads all ones with I/O off, and does not map", () => {
  using open = ready(machine(), E1000E);
  const ports = open.device.region(2);
  const config = open.device.region(7);
  config.write16(4, 1);
  ports.write32(0, 0x1234);
  assertEquals(ports.read32(0), 0x1234);
  config.write16(4, 0);
  assertEquals(ports.read32(0), 0xffff_ffff);
  assertEquals(codeOf(() => ports.map()), "EINVAL");
});

Deno.test("Region of the ROM reads its image, then all ones, and only while memory decoding is on", () => {
  const host = machine();
  using open = ready(host, E1000E);
  const rom = open.device.region(6);
  assertEquals(bytesAt(open.device, 6, 0, 2), [0x55, 0xaa]);
  assertEquals(bytesAt(open.device, 6, 0x3_fffc, 8), [0xff, 0xff, 0xff, 0xff]);
  assertEquals(codeOf(() => rom.read(0x4_0000, new Uint8Array(1))), "EINVAL");
  assertEquals(codeOf(() => rom.write(0, new Uint8Array(1))), "EINVAL");
  open.device.region(7).write16(4, 0);
  assertEquals(codeOf(() => rom.read(0, new Uint8Array(1))), "ENOMEM");
  assertEquals(rom.info().size, 0x4_0000);
});

Deno.test("Region of VGA has three ranges, and cuts at each one's end", () => {
  using open = ready(machine(), VGA);
  const vga = open.device.region(8);
  for (const offset of [0, 0x3bc, 0x9_ffff, 0xc_0000]) {
    assertEquals(codeOf(() => vga.read(offset, new Uint8Array(4))), "EINVAL");
  }
  assertEquals(vga.read(0x3b0, new Uint8Array(16)), 12);
  assertEquals(vga.read(0x3dc, new Uint8Array(8)), 4);
  assertEquals(vga.write(0xb_fff8, new Uint8Array(16)), 8);
  vga.write32(0xa_0000, 0x1234_5678);
  assertEquals(vga.read32(0xa_0000), 0x1234_5678);
});

Deno.test("Region.map() takes whole pages of memory BARs only", () => {
  const host = machine();
  using open = ready(host, EDU);
  const { device } = open;
  const map = (index: number, options = {}) =>
    codeOf(() => {
      using mapping = device.region(index).map(options);
      assertEquals(mapping.region, index);
    });
  assertEquals([map(0), map(0, { offset: 0xf_f000 }), map(0, { size: 1 }), map(0, { protection: "read" })], [
    "0",
    "0",
    "0",
    "0",
  ]);
  assertEquals([map(1), map(6), map(7), map(8), map(9)], Array(5).fill("EINVAL"));
  for (const options of [{ size: 0x10_1000 }, { offset: 0x10_0000 }, { offset: 4 }, { size: 0 }]) {
    assertEquals(map(0, options), "EINVAL", JSON.stringify(options));
  }
  using small = ready(host, IVSHMEM);
  const bar = small.device.region(0);
  using page = bar.map({ size: 4096 });
  assertEquals(page.size, 256);
  assertThrows(() => page.read8(256), RangeError);
  assertEquals(codeOf(() => bar.map({ size: 8192 })), "EINVAL");
  assertEquals(codeOf(() => bar.read(256, new Uint8Array(1))), "EINVAL");
});

Deno.test("Mapping makes accesses of exactly their width", () => {
  using open = ready(machine(), EDU);
  using bar = open.device.region(0).map();
  bar.write32(4, 1);
  assertEquals([bar.read32(4), bar.read64(0), bar.read8(0)], [0xffff_fffe, 0xffff_ffff_ffff_ffffn, 0]);
  bar.write64(0x88, 0x1_0000_0002n);
  assertEquals([bar.read64(0x88), bar.read32(0x88)], [0x1_0000_0002n, 2]);
  bar.write32(0x88, 7);
  assertEquals(bar.read64(0x88), 7n);
  using part = open.device.region(0).map({ offset: 0x1000 });
  assertEquals([part.size, part.offset, part.read32(0)], [0xf_f000, 0x1000, 0xffff_ffff]);
});

Deno.test("Mapping of a part writes where it lies in the region, in each width", () => {
  using open = ready(machine(), IVSHMEM);
  const whole = open.device.region(2);
  using part = whole.map({ offset: 0x1000, size: 0x1000 });
  part.write8(1, 0x11);
  part.write16(2, 0x2222);
  part.write32(4, 0x3333_3333);
  part.write64(8, 0x4444_4444_4444_4444n);
  const bytes = new Uint8Array(16);
  whole.read(0x1000, bytes);
  assertEquals([...bytes], [0, 0x11, 0x22, 0x22, 0x33, 0x33, 0x33, 0x33, ...Array(8).fill(0x44)]);
});

Deno.test("Mapping gives EIO instead of SIGBUS: decoding off, D3, low power; and works again after", () => {
  const host = machine();
  using open = ready(host, NVME);
  using other = open.group.openDevice(NVME);
  using bar = open.device.region(0).map();
  const config = other.region(7);
  const state = () => codeOf(() => bar.read32(0));
  assertEquals(state(), "0");
  config.write8(4, 0);
  assertEquals(state(), "EIO");
  using late = open.device.region(0).map();
  assertEquals(assertThrows(() => late.write32(0, 1), VfioError).operation, "pwrite");
  config.write16(4, 2);
  assertEquals(state(), "0");
  config.write16(0x64, 3);
  assertEquals(state(), "EIO");
  config.write16(0x64, 0);
  assertEquals(state(), "0");
  open.device.feature({ feature: 3, set: true });
  assertEquals(state(), "EIO");
  open.device.feature({ feature: 5, set: true });
  assertEquals(state(), "0");
  config.write16(0x88, 0x8000);
  assertEquals(state(), "0");
});

Deno.test("Mapping after dispose has no size and throws EBADF, also twice, also in a hot loop", () => {
  const host = machine();
  using open = ready(host, EDU);
  const bar = open.device.region(0).map();
  let sum = 0;
  for (let i = 0; i < 10_000; i++) sum += bar.read32(0);
  assertEquals(sum, 0x0100_00ed * 10_000);
  const { vaddr } = bar;
  bar[Symbol.dispose]();
  bar[Symbol.dispose]();
  assertEquals([bar.size, bar.vaddr], [0, vaddr]);
  let refused = 0;
  for (let i = 0; i < 10_000; i++) {
    if (codeOf(() => bar.read32(0)) === "EBADF" && codeOf(() => bar.write32(0, 0)) === "EBADF") refused++;
  }
  assertEquals(refused, 10_000);
  assertEquals(host.holdings().mappings, 0);
});

Deno.test("Mapping obeys its protection", () => {
  using open = ready(machine(), EDU);
  using read = open.device.region(0).map({ protection: "read" });
  assertEquals([read.read32(0), codeOf(() => read.write32(4, 0))], [0x0100_00ed, "EFAULT"]);
});

Deno.test("Region after the device is closed has no size and throws EBADF", () => {
  const host = machine();
  const open = ready(host, EDU);
  const bar = open.device.region(0);
  open[Symbol.dispose]();
  assertEquals(bar.size, 0);
  const into = new Uint8Array(4);
  for (
    const call of [
      () => bar.read32(0),
      () => bar.write64(0, 0n),
      () => bar.read(0, into),
      () => bar.write(0, into),
      () => bar.map(),
      () => bar.info(),
    ]
  ) assertEquals(codeOf(call), "EBADF");
});

Deno.test("EmulatedHost.inject() lets a device answer all ones, be gone, and be well again", () => {
  const host = machine();
  using open = ready(host, EDU);
  const bar = open.device.region(0);
  host.inject(EDU, "answers-all-ones");
  bar.write32(4, 0);
  assertEquals([bar.read32(0), open.device.region(7).read32(8)], [0xffff_ffff, 0xffff_ffff]);
  assertEquals(hardware(host, EDU, 0, 4), 0xffff_ffff);
  host.inject(EDU, "none");
  assertEquals([bar.read32(0), bar.read32(4)], [0x0100_00ed, 0]);
  host.inject(EDU, "gone");
  assertEquals(bar.read32(0), 0xffff_ffff);
});
