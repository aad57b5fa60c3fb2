import { assertEquals, assertThrows } from "@std/assert";
import {
  capabilities,
  extendedCapabilities,
  findCapability,
  findExtendedCapability,
} from "../../../pci/capabilities.ts";
import type { ChainEnd } from "../../../pci/capabilities.ts";
import { CAPABILITY, EXTENDED_CAPABILITY } from "../../../pci/capability_ids_data.ts";
import { configMemory } from "../../../pci/config_bytes.ts";
import { e1000e, header, nonsense, space } from "./spaces.ts";

function ids(bytes: Uint8Array): number[] {
  return Array.from(capabilities(bytes), ({ id }) => id);
}

Deno.test("capabilities() follows the chain, over bytes and over memory", () => {
  const expected = [{ id: 0x01, at: 0xc8 }, { id: 0x05, at: 0xd0 }, { id: 0x10, at: 0xe0 }, {
    id: 0x11,
    at: 0xa0,
  }];
  assertEquals([...capabilities(e1000e())], expected);
  assertEquals([...capabilities(configMemory(e1000e()))], expected);
});

Deno.test("capabilities() finds the pointer where a header of that layout has it", () => {
  const words = { 0x04: 0x0010_0000, 0x14: 0x50, 0x34: 0x40, 0x40: 0x0d, 0x50: 0x01 };
  const found = [0, 1, 2, 3, 0x7f].map((layout) => ids(space(256, { ...words, 0x0c: layout << 16 })));
  assertEquals(found, [[0x0d], [0x0d], [0x01], [], []]);
});

Deno.test("capabilities() gives none when Status says so, nor in a space that is empty, gone or cut off", () => {
  assertEquals(ids(space(256, { 0x34: 0x40, 0x40: 0x01 })), []);
  assertEquals(ids(space(4096)), []);
  assertEquals(ids(new Uint8Array(4096).fill(0xff)), []);
  for (const size of [0, 16, 63, 64]) assertEquals(ids(e1000e().subarray(0, size)), []);
});

Deno.test("capabilities() masks the two lowest bits of pointers, which are reserved", () => {
  assertEquals([...capabilities(space(256, { ...header(0x43), 0x40: 0x5301, 0x50: 0x05 }))], [
    { id: 0x01, at: 0x40 },
    { id: 0x05, at: 0x50 },
  ]);
});

Deno.test("capabilities() ends where a chain bites its tail", () => {
  assertEquals(ids(space(256, { ...header(0x40), 0x40: 0x4001 })), [0x01]);
  assertEquals(ids(space(256, { ...header(0x40), 0x40: 0x5001, 0x50: 0x6005, 0x60: 0x5010 })), [
    0x01,
    0x05,
    0x10,
  ]);
});

Deno.test("capabilities() ends at a pointer into the header, past the end, or to bytes of nobody", () => {
  assertEquals(ids(space(256, { ...header(0x40), 0x40: 0x0401 })), [0x01]);
  assertEquals(ids(space(256, { ...header(0x3c) })), []);
  assertEquals(ids(space(128, { ...header(0x40), 0x40: 0x8001 })), [0x01]);
  assertEquals(ids(space(256, { ...header(0x40), 0x40: 0x5001, 0x50: 0xffff_ffff })), [0x01]);
});

Deno.test("extendedCapabilities() follows the chain with its versions", () => {
  assertEquals([...extendedCapabilities(e1000e())], [
    { id: 0x01, at: 0x100, version: 2 },
    { id: 0x03, at: 0x140, version: 1 },
  ]);
});

Deno.test("extendedCapabilities() passes the placeholder that vfio-pci leaves of a hidden first one", () => {
  assertEquals([...extendedCapabilities(space(4096, { 0x100: 0x1400_0000, 0x140: 0x0001_0003 }))], [
    { id: 0, at: 0x100, version: 0 },
    { id: 0x03, at: 0x140, version: 1 },
  ]);
});

Deno.test("extendedCapabilities() gives none in a space that has no such, is empty, gone or cut off", () => {
  assertEquals([...extendedCapabilities(e1000e().subarray(0, 256))], []);
  assertEquals([...extendedCapabilities(e1000e().subarray(0, 258))], []);
  assertEquals([...extendedCapabilities(space(4096))], []);
  assertEquals([...extendedCapabilities(new Uint8Array(4096).fill(0xff))], []);
});

Deno.test("extendedCapabilities() is not taken in by the first 256 bytes seen twice", () => {
  const bytes = space(4096, header(0x40));
  for (let at = 256; at < 4096; at += 256) bytes.copyWithin(at, 0, 256);
  assertEquals([...extendedCapabilities(bytes)], []);
});

Deno.test("extendedCapabilities() ends at a loop, a pointer below 0x100 or past the end, and bytes of nobody", () => {
  const first = 0x0001_0001;
  for (
    const words of [
      { 0x100: first | (0x100 << 20) },
      { 0x100: first | (0x0fc << 20) },
      { 0x100: first | (0x200 << 20) },
      { 0x100: first | (0x140 << 20), 0x140: 0xffff_ffff },
    ]
  ) {
    assertEquals([...extendedCapabilities(space(0x180, words))], [{ id: 1, at: 0x100, version: 1 }]);
  }
});

Deno.test("capabilities() and extendedCapabilities() neither throw, hang nor go astray on nonsense", () => {
  for (const bytes of nonsense(3000)) {
    const standard = Array.from(capabilities(bytes), ({ at }) => at);
    const extended = Array.from(extendedCapabilities(bytes), ({ at }) => at);
    for (const [places, first] of [[standard, 0x40], [extended, 0x100]] as const) {
      assertEquals(new Set(places).size, places.length);
      assertEquals(places.every((at) => at % 4 === 0 && at >= first && at + 4 <= bytes.length), true);
    }
    assertEquals(standard.length <= 48 && extended.length <= 960, true);
  }
});

Deno.test("capabilities() lets the memory's own error through", () => {
  class Gone extends Error {}
  const memory = configMemory(e1000e());
  memory.read16 = () => {
    throw new Gone();
  };
  assertThrows(() => [...capabilities(memory)], Gone);
});

Deno.test("findCapability() and findExtendedCapability() tell where the first of a kind begins", () => {
  const bytes = e1000e();
  assertEquals(findCapability(bytes, CAPABILITY.msix), 0xa0);
  assertEquals(findCapability(bytes, CAPABILITY.vendorSpecific), undefined);
  assertEquals(findExtendedCapability(bytes, EXTENDED_CAPABILITY.deviceSerialNumber), 0x140);
  assertEquals(findExtendedCapability(bytes, EXTENDED_CAPABILITY.resizableBar), undefined);
  const two = space(256, { ...header(0x40), 0x40: 0x5009, 0x50: 0x0009 });
  assertEquals(findCapability(two, CAPABILITY.vendorSpecific), 0x40);
});

Deno.test("capabilities() and extendedCapabilities() tell who asks how the walk ended", () => {
  const end = (walk: Generator<unknown, ChainEnd, undefined>) => {
    let step = walk.next();
    while (!step.done) step = walk.next();
    return step.value;
  };
  assertEquals(end(capabilities(e1000e())), "complete");
  assertEquals(end(extendedCapabilities(e1000e())), "complete");
  assertEquals(end(capabilities(space(256, { ...header(0x40), 0x40: 0x4001 }))), "loop");
  assertEquals(end(capabilities(space(256, { ...header(0x3c) }))), "astray");
  assertEquals(end(capabilities(space(64, header(0x40)))), "cut off");
  assertEquals(end(capabilities(space(16))), "cut off");
  assertEquals(end(capabilities(space(256, { ...header(0x40), 0x40: 0xff }))), "no answer");
});
