import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { passiveE1000e, passiveNvme } from "../../../devices/passive/shapes.ts";
import { bytesAt, codeOf, hardware, ready } from "./ready.ts";

const ADDRESS = "0000:00:04.0";

function edu(kernel: "6.1" | "7.2" = "7.2") {
  const host = new EmulatedHost({ kernel }).plug(ADDRESS, new EmulatedEdu());
  const open = ready(host, ADDRESS);
  return { host, open, config: open.device.region(7), [Symbol.dispose]: () => open[Symbol.dispose]() };
}

function nvme() {
  const host = new EmulatedHost().plug(ADDRESS, passiveNvme());
  const open = ready(host, ADDRESS);
  return { host, open, config: open.device.region(7), [Symbol.dispose]: () => open[Symbol.dispose]() };
}

Deno.test("VirtualConfig refuses a range that leaves the config space, and does nothing of it", () => {
  using d = edu();
  const eight = new Uint8Array(8).fill(0xff);
  assertEquals(codeOf(() => d.config.read(256, new Uint8Array(1))), "EFAULT");
  assertEquals(codeOf(() => d.config.read(252, eight)), "EFAULT");
  assertEquals(codeOf(() => d.config.write(252, eight)), "EFAULT");
  assertEquals(d.config.read32(252), 0);
  using n = nvme();
  assertEquals(n.config.size, 4096);
  assertEquals(codeOf(() => n.config.read(0x1000, new Uint8Array(1))), "EFAULT");
});

Deno.test("VirtualConfig takes any count at any offset", () => {
  using d = edu();
  assertEquals(bytesAt(d.open.device, 7, 1, 3), [0x12, 0xe8, 0x11]);
  assertEquals(d.config.write(1, new Uint8Array([1, 2, 3])), 3);
  assertEquals(d.config.read32(0), 0x11e8_1234);
});

Deno.test("VirtualConfig drops writes to what is read-only, and counts them", () => {
  using d = edu();
  for (const offset of [0x00, 0x02, 0x06, 0x08, 0x2c, 0x34, 0x3d]) {
    const before = d.config.read16(offset & ~1);
    assertEquals(d.config.write(offset, new Uint8Array([0xff])), 1);
    assertEquals(d.config.read16(offset & ~1), before, `0x${offset.toString(16)}`);
  }
  d.config.write8(0x3c, 0x55);
  assertEquals(d.config.read8(0x3c), 0x55);
  assertEquals(hardware(d.host, ADDRESS, 0x3c, 1), 0x0a);
});

Deno.test("VirtualConfig shows a fresh Command without bus master, and lets its bits through", () => {
  using d = edu();
  assertEquals(d.config.read16(4), 0x0103);
  const steps: [() => void, number][] = [
    [() => d.config.write16(4, 0), 0x0000],
    [() => d.config.write16(4, 0x0407), 0x0407],
    [() => d.config.write8(4, 0x02), 0x0402],
    [() => d.config.write8(5, 0), 0x0002],
    [() => d.config.write16(4, 0xffff), 0x0507],
    [() => d.config.write32(4, 0xffff_0006), 0x0006],
  ];
  for (const [write, command] of steps) {
    write();
    assertEquals(d.config.read16(4), command);
  }
  assertEquals(d.config.read16(6), 0x0010);
});

Deno.test("VirtualConfig sizes BARs in its shadow, while the device keeps its own", () => {
  using d = edu();
  const real = hardware(d.host, ADDRESS, 0x10, 4);
  d.config.write32(0x10, 0xffff_ffff);
  d.config.write32(0x14, 0xffff_ffff);
  d.config.write32(0x30, 0xffff_ffff);
  assertEquals([0x10, 0x14, 0x30].map((at) => d.config.read32(at)), [0xfff0_0000, 0, 0]);
  d.config.write8(0x13, 0x12);
  assertEquals(d.config.read32(0x10), 0x12f0_0000);
  assertEquals(hardware(d.host, ADDRESS, 0x10, 4), real);
  assertEquals(d.open.device.region(0).read32(0), 0x0100_00ed);
});

Deno.test("VirtualConfig sizes 64-bit and I/O BARs and the ROM", () => {
  using n = nvme();
  n.config.write32(0x10, 0xffff_ffff);
  n.config.write32(0x14, 0xffff_ffff);
  assertEquals([n.config.read32(0x10), n.config.read32(0x14)], [0xffff_c004, 0xffff_ffff]);

  const host = new EmulatedHost().plug(ADDRESS, passiveE1000e());
  using open = ready(host, ADDRESS);
  const config = open.device.region(7);
  const all = [0x10, 0x14, 0x18, 0x1c, 0x20, 0x24, 0x30];
  for (const at of all) config.write32(at, 0xffff_ffff);
  assertEquals(all.map((at) => config.read32(at)), [
    0xfffe_0000,
    0xfffe_0000,
    0xffff_ffe1,
    0xffff_c000,
    0,
    0,
    0xfffc_0001,
  ]);
});

Deno.test("VirtualConfig begins anew with each first open", () => {
  using d = edu();
  const values = () => [d.config.read32(0x10), d.config.read8(0x3c), d.config.read16(4)];
  const before = values();
  d.config.write32(0x10, 0xffff_ffff);
  d.config.write8(0x3c, 0x77);
  d.config.write16(4, 7);
  d.open.device[Symbol.dispose]();
  using again = d.open.group.openDevice(ADDRESS);
  const config = again.region(7);
  assertEquals([config.read32(0x10), config.read8(0x3c), config.read16(4)], before);
});

Deno.test("VirtualConfig lets nobody's bytes through to the hardware", () => {
  using d = edu();
  d.config.write(0x80, new Uint8Array([0xff]));
  assertEquals(d.config.read32(0x80), hardware(d.host, ADDRESS, 0x80, 4));
  assertEquals(hardware(d.host, ADDRESS, 0x80, 4), 0xff);
});

Deno.test("VirtualConfig keeps MSI's control, address and data to itself", () => {
  using d = edu();
  assertEquals(d.config.read16(0x42), 0x0080);
  d.config.write16(0x42, 0x0001);
  assertEquals(d.config.read16(0x42), 0x0000);
  d.config.write16(0x42, 0xffff);
  assertEquals(d.config.read16(0x42), 0x008e);
  d.config.write32(0x44, 0x1234_5678);
  d.config.write16(0x4c, 0xabcd);
  assertEquals([d.config.read32(0x44), d.config.read16(0x4c)], [0x1234_5678, 0xabcd]);
  assertEquals([hardware(d.host, ADDRESS, 0x44, 4), hardware(d.host, ADDRESS, 0x4c, 2)], [0, 0]);
});

Deno.test("VirtualConfig switches live MSI off and on, also by writes that only end at the control register", () => {
  using d = edu();
  using signal = d.host.createSignal();
  d.open.device.setIrqs({ index: 1, action: "trigger", signals: [signal] });
  const control = () => hardware(d.host, ADDRESS, 0x42, 2);
  assertEquals([d.config.read16(0x42), control()], [0x0080, 0x0081]);
  d.config.write16(0x42, 0x0080);
  assertEquals(control(), 0x0080);
  d.config.write16(0x42, 0x00f1);
  assertEquals([d.config.read16(0x42), control()], [0x0081, 0x0081]);

  d.config.write16(0x42, 0x0080);
  d.open.device.setIrqs({ index: 1, action: "trigger", none: 0 });
  d.open.device.setIrqs({ index: 1, action: "trigger", signals: [signal] });
  assertEquals(control(), 0x0081);
  d.config.write(0x40, new Uint8Array([0]));
  assertEquals(control(), 0x0081);
  assertEquals(d.config.write(0x41, new Uint8Array([0xff])), 1);
  assertEquals([d.config.read8(0x41), control()], [0, 0x0080]);
});

Deno.test("VirtualConfig shows MSI-X as the hardware has it, and drops writes", () => {
  using n = nvme();
  assertEquals(n.config.read16(0x42), 0x0040);
  n.config.write16(0x42, 0xffff);
  assertEquals(n.config.read16(0x42), 0x0040);
  using signal = n.host.createSignal();
  n.open.device.setIrqs({ index: 2, action: "trigger", signals: [signal] });
  assertEquals(n.config.read16(0x42), 0x8040);
});

Deno.test("VirtualConfig sets power states, has no PME, and closes the BARs in D3", () => {
  using n = nvme();
  const bar = n.open.device.region(0);
  n.config.write16(0x64, 3);
  assertEquals(n.config.read16(0x64) & 3, 3);
  assertEquals(codeOf(() => bar.read32(0)), "EIO");
  n.config.write16(0x64, 0);
  assertEquals([n.config.read16(0x64) & 3, codeOf(() => bar.read32(0))], [0, "0"]);
  n.config.write16(0x64, 0x8100);
  assertEquals([n.config.read16(0x64) & 0x8100, n.config.read16(0x62) & 0xf800], [0, 0]);
  n.config.write16(0x64, 1);
  assertEquals(n.config.read16(0x64) & 3, 0, "the device has no D1");
});

Deno.test("VirtualConfig gives the user payload and read request sizes of his own", () => {
  using n = nvme();
  n.config.write16(0x88, 0x7fff);
  assertEquals(n.config.read16(0x88) & 0x70e0, 0x70e0);
  assertEquals(hardware(n.host, ADDRESS, 0x88, 2) & 0x00e0, 0);
});

Deno.test("VirtualConfig resets the function by FLR and puts its config space back", () => {
  let resets = 0;
  class Counting extends PassiveDevice {
    override reset(): void {
      resets++;
    }
  }
  const host = new EmulatedHost().plug(ADDRESS, new Counting(passiveNvme().config));
  using open = ready(host, ADDRESS);
  const config = open.device.region(7);
  config.write16(4, 6);
  const before = resets;
  const real = hardware(host, ADDRESS, 0x10, 4);
  config.write16(0x88, 0x8000);
  assertEquals(resets, before + 1);
  assertEquals([config.read16(0x88) & 0x8000, config.read16(4), hardware(host, ADDRESS, 0x10, 4)], [
    0,
    6,
    real,
  ]);
});

Deno.test("VirtualConfig puts BARs back that a reset behind the kernel's back took away", () => {
  const model = passiveNvme();
  const host = new EmulatedHost().plug(ADDRESS, model);
  using open = ready(host, ADDRESS);
  const config = open.device.region(7);
  const real = hardware(host, ADDRESS, 0x14, 4);
  config.write16(4, 6);
  model.config.reset();
  assertEquals(hardware(host, ADDRESS, 0x14, 4), 0);
  config.write16(4, 6);
  assertEquals(hardware(host, ADDRESS, 0x14, 4), real);
});

Deno.test("VirtualConfig changes neither BARs nor sizes nor neighbours in hardware, whatever is written", () => {
  const other = "0000:00:05.0";
  const host = new EmulatedHost().plug(ADDRESS, passiveNvme()).plug(other, passiveNvme());
  using open = ready(host, ADDRESS);
  const watched = () => [
    ...[0x10, 0x14, 0x18, 0x1c, 0x20, 0x24, 0x30].map((at) => hardware(host, ADDRESS, at, 4)),
    hardware(host, ADDRESS, 0x88, 2) & 0xe0,
    ...Array.from({ length: 64 }, (_, i) => hardware(host, other, 4 * i, 4)),
  ];
  const before = watched();
  let state = 12345;
  const random = (limit: number) => (state = Math.imul(state, 1103515245) + 12345 >>> 0) % limit;
  for (let i = 0; i < 5000; i++) {
    const count = 1 + random(4);
    const bytes = Uint8Array.from({ length: count }, () => random(256));
    open.device.region(7).write(random(0x140), bytes);
  }
  assertEquals(watched(), before);
});

Deno.test("VirtualConfig puts back what a device had that forgets it on its way out of D3hot, and nothing else", () => {
  const host = new EmulatedHost().plug(ADDRESS, passiveE1000e());
  using open = ready(host, ADDRESS);
  const config = open.device.region(7);
  config.write32(0x114, 0x0041);
  config.write16(0x04, 0x0003);
  config.write16(0xcc, 3);
  config.write16(0x04, 0x0407);
  config.write8(0xf9, 0x5a);
  config.write16(0xcc, 0);
  assertEquals([config.read32(0x114), hardware(host, ADDRESS, 4, 2), config.read8(0xf9)], [
    0x0041,
    0x0003,
    0x5a,
  ]);
});
