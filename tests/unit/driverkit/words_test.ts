import { assertEquals } from "@std/assert";
import { fence } from "../../../driverkit/fence.ts";
import { wordsOf } from "../../../driverkit/words.ts";
import { EDU, machine } from "./machine.ts";
import { openDevice } from "../../../driverkit/open_device.ts";

Deno.test("wordsOf() is the buffer itself, until it is disposed of", () => {
  using device = openDevice(EDU, { backend: machine() });
  const buffer = device.allocate(4096);
  const words = wordsOf(buffer);
  assertEquals(words.length, 1024);
  words[3] = 0x1234_5678;
  fence();
  assertEquals([buffer.read32(12), buffer.bytes[12]], [0x1234_5678, 0x78]);
  buffer.write32(16, 9);
  assertEquals(words[4], 9);
  buffer[Symbol.dispose]();
  assertEquals(words.length, 0);
});

Deno.test("wordsOf() of a part leaves out what is no whole word", () => {
  const bytes = new Uint8Array(32).fill(1).subarray(8, 19);
  assertEquals([...wordsOf({ bytes })], [0x0101_0101, 0x0101_0101]);
});
