import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ConfigSpace } from "../../../devices/config_space.ts";

const IDENTITY = { vendor: 0x1234, device: 0x5678, classCode: 0x0c0330 } as const;

function config(more: Partial<ConstructorParameters<typeof ConfigSpace>[0]> = {}): ConfigSpace {
  return new ConfigSpace({ ...IDENTITY, ...more });
}

Deno.test("ConfigSpace has the identity it is given, read-only", () => {
  const space = config({ revision: 3, subsystemVendor: 0x1af4, subsystemDevice: 0x1100, interruptPin: 2 });
  for (const at of [0x00, 0x08, 0x2c, 0x3d]) space.write(at, 8, 0);
  for (const at of [0x00, 0x08, 0x2c]) space.write(at, 32, 0xffff_ffff);
  assertEquals([0x00, 0x08, 0x2c].map((at) => space.read(at, 32)), [0x5678_1234, 0x0c03_3003, 0x1100_1af4]);
  assertEquals([space.read(0x3d, 8), space.read(0x0e, 8), space.size], [2, 0, 256]);
});

Deno.test("ConfigSpace.read() takes any width and alignment, and gives all ones past the end", () => {
  const space = config({ gaps: "memory" });
  const values = [space.read(0, 8), space.read(1, 16), space.read(2, 16), space.read(1, 32)];
  assertEquals(values, [0x34, 0x7812, 0x5678, 0x0056_7812]);
  assertEquals([space.read(255, 16), space.read(254, 32), space.read(256, 8)], [0xffff, 0xffff_ffff, 0xff]);
  space.write(255, 16, 0xffff);
  assertEquals(space.read(255, 8), 0);
});

Deno.test("ConfigSpace lets Command and Status be written as QEMU's devices do", () => {
  const space = config();
  space.write(0x04, 16, 0xffff);
  assertEquals(space.read(0x04, 16), 0x0507);
  space.set(0x06, 16, 0xf908);
  space.write(0x06, 16, 0x8000);
  assertEquals(space.read(0x06, 16), 0x7908);
  space.write(0x07, 8, 0xff);
  space.write(0x06, 8, 0xff);
  assertEquals(space.read(0x06, 16), 0x0008);
});

Deno.test("ConfigSpace.bar() sizes as a BAR does: all ones written give its size", () => {
  const space = config()
    .bar(0, { kind: "memory32", size: 4096 })
    .bar(1, { kind: "io", size: 32 })
    .bar(2, { kind: "memory64", size: 2 ** 33, prefetchable: true });
  assertEquals([0x10, 0x14, 0x18, 0x1c, 0x20].map((at) => space.read(at, 32)), [0, 1, 0xc, 0, 0]);
  for (let at = 0x10; at < 0x28; at += 4) space.write(at, 32, 0xffff_ffff);
  assertEquals([0x10, 0x14, 0x18, 0x1c, 0x20].map((at) => space.read(at, 32)), [
    0xffff_f000,
    0xffff_ffe1,
    0x0000_000c,
    0xffff_fffe,
    0,
  ]);
  assertEquals([...space.bars.keys()], [0, 1, 2]);
});

Deno.test("ConfigSpace.bar() refuses places that are not there, or taken", () => {
  const narrow = { kind: "memory32", size: 4096 } as const;
  const wide = { kind: "memory64", size: 4096 } as const;
  for (const index of [-1, 6, 1.5]) assertThrows(() => config().bar(index, narrow), RangeError, "0 to 5");
  assertThrows(() => config().bar(5, wide), RangeError, "takes two");
  assertThrows(() => config().bar(1, narrow).bar(1, narrow), RangeError, "taken");
  assertThrows(() => config().bar(0, wide).bar(1, narrow), RangeError, "taken");
  assertThrows(() => config().bar(1, narrow).bar(0, wide), RangeError, "taken");
  assertThrows(() => config({ headerType: 1 }).bar(2, narrow), RangeError, "0 to 1");
  config().bar(0, wide).bar(2, wide).bar(4, wide);
  config({ headerType: 1 }).bar(0, wide);
});

Deno.test("ConfigSpace.expansionRom() sizes as a ROM's BAR does, with its enable bit", () => {
  const image = new Uint8Array(100);
  const space = config().expansionRom({ size: 4096, image });
  space.write(0x30, 32, 0xffff_ffff);
  assertEquals([space.read(0x30, 32), space.rom?.image.length], [0xffff_f001, 100]);
  assertStrictEquals(space.rom?.image, image);
  assertThrows(() => config().expansionRom({ size: 3000, image }), RangeError, "power of two");
  assertThrows(() => config().expansionRom({ size: 1024, image }), RangeError, "power of two");
  const long = new Uint8Array(2049);
  assertThrows(() => config().expansionRom({ size: 2048, image: long }), RangeError, "2049");
});

Deno.test("ConfigSpace.capability() links a chain in the order of declaration", () => {
  const body = new Uint8Array([0xaa, 0xbb]);
  const space = config()
    .capability({ id: 1, body, at: 0x80 })
    .capability({ id: 5, body })
    .capability({ id: 9, body: new Uint8Array(3) })
    .capability({ id: 0x11, body });
  assertEquals([space.read(0x06, 16), space.read(0x34, 8)], [0x0010, 0x80]);
  assertEquals([0x80, 0x40, 0x44, 0x4c].map((at) => space.read(at, 32)), [
    0xbbaa_4001,
    0xbbaa_4405,
    0x0000_4c09,
    0xbbaa_0011,
  ]);
  assertEquals([1, 5, 9, 0x11, 0x10].map((id) => space.find(id)), [0x80, 0x40, 0x44, 0x4c, undefined]);
});

Deno.test("ConfigSpace.capability() refuses a place that is taken, unaligned or outside", () => {
  const body = new Uint8Array(6);
  const at = (place: number) =>
    config().capability({ id: 1, body, at: 0x40 }).capability({ id: 5, body, at: place });
  for (const place of [0x00, 0x3c, 0x40, 0x44, 0x4a, 0xfc, 0x100]) {
    assertThrows(() => at(place), RangeError, "capability 0x5");
  }
  at(0xf8);
  const full = config().capability({ id: 1, body: new Uint8Array(0xbe) });
  assertThrows(() => full.capability({ id: 5, body }), RangeError, "8 bytes");
});

Deno.test("ConfigSpace.capability() keeps what is read-only, and clears what a 1 clears", () => {
  const space = config({ gaps: "memory" }).capability({
    id: 0x10,
    body: new Uint8Array([0x12, 0x34, 0xff]),
    writable: new Uint8Array([0x0f, 0]),
    w1c: new Uint8Array([0, 0, 0x0f]),
  });
  space.write(0x40, 32, 0xffff_ffff);
  space.write(0x44, 8, 0x03);
  assertEquals([space.read(0x40, 32), space.read(0x44, 8), space.size], [0x341f_0010, 0xfc, 4096]);
});

Deno.test("ConfigSpace.extendedCapability() links its own chain from 0x100 on", () => {
  const express = { id: 0x10, body: new Uint8Array(0x3a) };
  const body = new Uint8Array([1, 2, 3, 4]);
  const space = config().capability(express)
    .extendedCapability({ id: 1, body, version: 2 })
    .extendedCapability({ id: 3, body, at: 0x140 })
    .extendedCapability({ id: 0x1e, body });
  assertEquals([0x100, 0x140, 0x108].map((at) => space.read(at, 32)), [
    0x1402_0001,
    0x1081_0003,
    0x0001_001e,
  ]);
  assertEquals(space.read(0x104, 32), 0x0403_0201);
  assertThrows(() => config().extendedCapability({ id: 3, body, at: 0x140 }), RangeError, "0x100");
});

Deno.test("ConfigSpace has read-only zeros or memory where no capability is", () => {
  for (const [gaps, expected] of [["zero", 0], ["memory", 0x1234_5678]] as const) {
    const space = config({ gaps });
    space.write(0xa0, 32, 0x1234_5678);
    assertEquals(space.read(0xa0, 32), expected);
  }
});

Deno.test("ConfigSpace.reset() puts every register into its state after power-on", () => {
  const space = config().bar(0, { kind: "memory32", size: 4096 })
    .capability({ id: 5, body: new Uint8Array([0x80, 0]), writable: new Uint8Array([1]) });
  const before = Array.from({ length: 64 }, (_, i) => space.read(4 * i, 32));
  for (let at = 0; at < 256; at += 4) space.write(at, 32, 0xffff_ffff);
  space.set(0x06, 16, 0xffff);
  assertEquals([space.read(0x10, 32), space.read(0x42, 8)], [0xffff_f000, 0x81]);
  space.reset();
  assertEquals(Array.from({ length: 64 }, (_, i) => space.read(4 * i, 32)), before);
});
