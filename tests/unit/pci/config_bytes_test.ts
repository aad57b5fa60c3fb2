import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { configMemory } from "../../../pci/config_bytes.ts";
import type { ConfigSource } from "../../../pci/config_bytes.ts";

Deno.test("configMemory() reads and writes bytes, little-endian, from where they begin", () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => i);
  const memory = configMemory(bytes.subarray(8, 24));
  assertEquals(memory.size, 16);
  assertEquals([memory.read8(1), memory.read16(2), memory.read32(4)], [0x09, 0x0b0a, 0x0f0e_0d0c]);
  assertEquals(memory.read64(8), 0x1716_1514_1312_1110n);
  memory.write8(0, 0xff);
  memory.write16(2, 0xfeff);
  memory.write32(4, 0xffff_fffe);
  memory.write64(8, 0x8000_0000_0000_0001n);
  assertEquals(bytes.subarray(6, 26).toHex(), "0607ff09fffefeffffff01000000000000801819");
});

Deno.test("configMemory() refuses accesses that are unaligned, out of bounds, or too wide", () => {
  const memory = configMemory(new Uint8Array(6));
  for (const offset of [-1, 6, 0.5, NaN]) assertThrows(() => memory.read8(offset), RangeError);
  for (const offset of [1, 6, -2]) assertThrows(() => memory.read16(offset), RangeError);
  for (const offset of [2, 4]) assertThrows(() => memory.read32(offset), RangeError);
  assertThrows(() => memory.read64(0), RangeError);
  assertThrows(() => memory.write64(0, 0n), RangeError);
  assertThrows(() => memory.write8(0, 256), RangeError);
  assertThrows(() => memory.write16(0, 0x1_0000), RangeError);
  assertThrows(() => memory.write32(0, -1), RangeError);
  assertThrows(() => configMemory(new Uint8Array(8)).write64(0, -1n), RangeError);
});

Deno.test("configMemory() gives memory back as it is, and refuses what is neither", () => {
  const memory = configMemory(new Uint8Array(64));
  assertStrictEquals(configMemory(memory), memory);
  for (const foreign of [undefined, null, {}, "00", [0]]) {
    assertThrows(
      () => configMemory(foreign as unknown as ConfigSource),
      TypeError,
      "a Uint8Array or Memory is needed",
    );
  }
});
