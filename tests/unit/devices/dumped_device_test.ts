import { assertEquals, assertThrows } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { DumpedDevice } from "../../../devices/passive/dumped_device.ts";
import { capabilities, extendedCapabilities, parseDump } from "../../../pci/mod.ts";
import type { ConfigDump } from "../../../pci/mod.ts";
import { bytesAt, codeOf, ready } from "../emulated/ready.ts";

const NVME = "0000:02:00.0";

/** A config space with these bytes, as a dump has it. */
function dump(parts: Readonly<Record<number, readonly number[]>>, size = 256): ConfigDump {
  const bytes = new Uint8Array(size);
  for (const [at, part] of Object.entries(parts)) bytes.set(part, Number(at));
  return { address: NVME, title: "", bytes };
}

/** An NVMe controller on a running host: BAR at 0xdf300000, MSI-X on, awake; power management, MSI, PCI Express, MSI-X. */
const SSD = dump({
  0x00: [0x4d, 0x14, 0x04, 0xa8, 0x06, 0x04, 0x10, 0x00, 0x00, 0x02, 0x08, 0x01, 0x10, 0x00, 0x00, 0x00],
  0x10: [0x04, 0x00, 0x30, 0xdf],
  0x2c: [0x4d, 0x14, 0x01, 0xa8],
  0x34: [0x40],
  0x3c: [0x0b, 0x01],
  0x40: [0x01, 0x50, 0x03, 0x00, 0x08, 0x00, 0x00, 0x00],
  0x48: [0xaa, 0xbb],
  0x50: [0x05, 0x70, 0x8a, 0x01, 0x00, 0x00, 0xe0, 0xfe],
  0x70: [0x10, 0xb0, 0x02, 0x00, 0x00, 0x80, 0x00, 0x10, 0x10, 0x28],
  0xb0: [0x11, 0x00, 0x20, 0xc0, 0x00, 0x30, 0x00, 0x00, 0x00, 0x20, 0x00, 0x00],
  0x100: [0x01, 0x00, 0x82, 0x14],
  0x148: [0x03, 0x00, 0x01, 0x00, 1, 2, 3, 4, 5, 6, 7, 8],
}, 4096);

Deno.test("DumpedDevice has the ids, BARs and capabilities of its dump, where they were", () => {
  const { config } = new DumpedDevice(SSD);
  const bytes = Uint8Array.from({ length: config.size }, (_, at) => config.read(at, 8));
  assertEquals([config.read(0, 32), config.read(0x08, 32), config.read(0x2c, 32)], [
    0xa804_144d,
    0x0108_0200,
    0xa801_144d,
  ]);
  assertEquals([config.read(0x3d, 8), config.size], [1, 4096]);
  assertEquals([...config.bars], [[0, { kind: "memory64", size: 65536, prefetchable: false }]]);
  assertEquals([...capabilities(bytes)].map(({ id, at }) => [id, at]), [
    [0x01, 0x40],
    [0x05, 0x50],
    [0x10, 0x70],
    [0x11, 0xb0],
  ]);
  assertEquals([...extendedCapabilities(bytes)].map(({ id, at, version }) => [id, at, version]), [[
    1,
    0x100,
    2,
  ], [
    3,
    0x148,
    1,
  ]]);
  assertEquals([config.read(0x74, 32), config.read(0x14c, 32)], [0x1000_8000, 0x0403_0201]);
});

Deno.test("DumpedDevice stands as after a reset: not decoding, awake, interrupts off", () => {
  const { config } = new DumpedDevice(SSD);
  assertEquals([config.read(4, 16), config.read(0x10, 32)], [0, 4]);
  assertEquals([config.read(0x52, 16), config.read(0xb2, 16)], [0x018a, 0x0020]);
  const sleeping = dump({ ...parts(SSD), 0x44: [0x0b, 0x01] }, 4096);
  assertEquals(new DumpedDevice(sleeping).config.read(0x44, 16), 0x0108);
});

function parts({ bytes }: ConfigDump): Record<number, number[]> {
  return { 0: [...bytes] };
}

Deno.test("DumpedDevice works behind vfio-pci: regions, interrupts, reset", () => {
  const host = new EmulatedHost().plug(NVME, new DumpedDevice(SSD));
  using ssd = ready(host, NVME);
  const { device } = ssd;
  assertEquals(device.info().resettable, true, "its Device Capabilities tell of FLR");
  assertEquals([device.regionInfo(0).size, device.regionInfo(7).size], [65536, 4096]);
  assertEquals([1, 2].map((index) => device.irqInfo(index).count), [32, 33]);
  assertEquals(bytesAt(device, 0, 0x3000, 4), Array(4).fill(0xff), "vfio-pci hides the MSI-X table");
  device.region(0).write32(0x10, 7);
  device.reset();
  assertEquals(device.region(0).read32(0x10), 7);
  using signal = host.createSignal();
  device.setIrqs({ index: 2, action: "trigger", signals: [signal] });
  assertEquals(host.host.readConfig(NVME, 0xb3, new Uint8Array(1)), 1);
});

Deno.test("DumpedDevice takes sizes that a dump does not tell, and makes room for MSI-X's tables", () => {
  const sizes = (given: Record<number, number>, bars: Record<number, number[]>) =>
    [...new DumpedDevice(dump({ 0: [0x34, 0x12, 0x01, 0x00], ...bars }), { sizes: given }).config.bars]
      .map(([index, { kind, size }]) => [index, kind, size]);
  assertEquals(
    sizes({}, { 0x10: [0x00, 0x10, 0x00, 0xfe], 0x14: [0x01, 0xc0], 0x18: [0x08, 0x00, 0x00, 0xe0] }),
    [
      [0, "memory32", 4096],
      [1, "io", 256],
      [2, "memory32", 65536],
    ],
  );
  assertEquals(sizes({ 0: 1 << 20 }, { 0x10: [0x00, 0x10, 0x00, 0xfe] }), [[0, "memory32", 1 << 20]]);
  const table = {
    0x06: [0x10, 0x00],
    0x34: [0x40],
    0x40: [0x11, 0, 0xff, 0x07, 0x00, 0x00, 0x02, 0x00, 0x00, 0x80, 0x02, 0x00],
  };
  assertEquals(sizes({}, { ...table, 0x10: [0x00, 0x10, 0x00, 0xfe] }), [[0, "memory32", 1 << 18]]);
  const far = { ...table, 0x40: [0x11, 0, 0xff, 0x07, 0x00, 0x00, 0x00, 0xf0, 0x00, 0x80, 0x00, 0x90] };
  assertEquals(
    sizes({}, { ...far, 0x10: [0x00, 0x10, 0x00, 0xfe] }),
    [[0, "memory32", 4096]],
    "nobody has that much",
  );
  assertThrows(() => sizes({ 0: 3000 }, { 0x10: [0x00, 0x10, 0x00, 0xfe] }), RangeError);
});

Deno.test("DumpedDevice has an expansion ROM where the dump has one, without an image", () => {
  const card = dump({ 0: [0x34, 0x12, 0x01, 0x00], 0x30: [0x01, 0x00, 0xa4, 0xfe] });
  const host = new EmulatedHost().plug(NVME, new DumpedDevice(card));
  using open = ready(host, NVME);
  assertEquals(open.device.regionInfo(6).size, 0);
  open.device.region(7).write32(0x30, 0xffff_ffff);
  assertEquals(open.device.region(7).read32(0x30), 0xffff_0001);
});

Deno.test("DumpedDevice takes a header alone, and a bridge; a CardBus bridge it refuses", () => {
  const header = new DumpedDevice(dump({ 0: [0x34, 0x12, 0x01, 0x00], 6: [0x10], 0x34: [0x40] }, 64)).config;
  assertEquals([header.read(0, 32), header.size, header.read(0x34, 8)], [0x0001_1234, 256, 0]);
  const bridge = new DumpedDevice(dump({ 0: [0x34, 0x12, 0x02, 0x00], 0x0e: [0x81] }));
  const host = new EmulatedHost();
  assertEquals(codeOf(() => host.plug(NVME, bridge)), "EINVAL", "vfio-pci takes no bridge");
  assertThrows(() => new DumpedDevice(dump({ 0x0e: [0x02] })), TypeError, "layout 2");
});

Deno.test("DumpedDevice takes whatever a dump holds: pointers in a circle, structures cut off, all ones", () => {
  const any = (fill: (at: number) => number, size = 4096) => {
    const bytes = Uint8Array.from({ length: size }, (_, at) => at === 0x0e ? 0 : fill(at) & 0xff);
    return new DumpedDevice({ address: NVME, title: "", bytes }).config.size;
  };
  assertEquals(
    [any(() => 0xff), any(() => 0), any((at) => at), any(() => 0x10)].every((size) => size >= 256),
    true,
  );
  let state = 1;
  for (let round = 0; round < 300; round++) {
    any((at) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return at === 6 ? 0x10 : state >>> 24;
    }, round % 2 === 0 ? 256 : 4096);
  }
});

Deno.test("DumpedDevice is what parseDump() reads, plugged in", () => {
  const text = `00:04.0 Unclassified device [00ff]: Device 1234:11e8 (rev 10)
00: 34 12 e8 11 03 01 10 00 10 00 ff 00 00 00 00 00
10: 00 00 a0 fe 00 00 00 00 00 00 00 00 00 00 00 00
20: 00 00 00 00 00 00 00 00 00 00 00 00 f4 1a 00 11
30: 00 00 00 00 00 00 00 00 00 00 00 00 0b 01 00 00
`;
  const host = new EmulatedHost();
  for (const one of parseDump(text)) host.plug(one.address, new DumpedDevice(one));
  const entry = host.host.find("0000:00:04.0");
  assertEquals([entry?.vendor, entry?.device, entry?.classCode, entry?.revision], [
    0x1234,
    0x11e8,
    0x00ff00,
    0x10,
  ]);
});
