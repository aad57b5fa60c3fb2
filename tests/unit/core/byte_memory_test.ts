import { assertEquals, assertThrows } from "@std/assert";
import { ByteMemory, registers } from "../../../mod.ts";

Deno.test("ByteMemory lays registers over bytes, little-endian, from where they begin", () => {
  const bytes = new Uint8Array(24).fill(0xff);
  const memory = new ByteMemory(bytes.subarray(4, 20));
  assertEquals(memory.size, 16);
  const map = {
    byte: { at: 1, width: 8 },
    word: { at: 2, width: 16 },
    long: { at: 4, width: 32 },
    wide: { at: 8, width: 64 },
  } as const;
  const { byte, word, long, wide } = registers(memory, map);
  byte.write(0x01);
  word.write(0x0302);
  long.write(0x0706_0504);
  wide.write(0x0f0e_0d0c_0b0a_0908n);
  assertEquals([byte.read(), word.read(), long.read(), wide.read()], [
    0x01,
    0x0302,
    0x0706_0504,
    0x0f0e_0d0c_0b0a_0908n,
  ]);
  assertEquals(bytes.toHex(), "ffffffffff0102030405060708090a0b0c0d0e0fffffffff");
});

Deno.test("ByteMemory refuses accesses outside its bytes, values that do not fit, and what is no Uint8Array", () => {
  const memory = new ByteMemory(new Uint8Array(8).subarray(0, 6));
  assertThrows(() => memory.read8(6), RangeError);
  assertThrows(() => memory.read16(1), RangeError);
  assertThrows(() => memory.read32(4), RangeError);
  assertThrows(() => memory.write64(0, 0n), RangeError);
  assertThrows(() => memory.write8(0, 256), RangeError);
  assertThrows(() => new ByteMemory([1] as unknown as Uint8Array), TypeError);
});
