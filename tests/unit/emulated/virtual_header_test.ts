import { assertEquals } from "@std/assert";
import { readVirtualHeader, writeVirtualHeader } from "../../../backends/emulated/virtual_header.ts";

const ALL = 0xffff_ffff;

Deno.test("readVirtualHeader() shows no ids, no BARs, no interrupt pin, and of Command bus mastering alone", () => {
  const shown = Array.from({ length: 16 }, (_, i) => readVirtualHeader(4 * i, 32, ALL));
  const hidden = [0x10, 0x14, 0x18, 0x1c, 0x20, 0x24, 0x30];
  const expected: number[] = Array.from({ length: 16 }, (_, i) => hidden.includes(4 * i) ? 0 : ALL);
  expected[1] = 0xffff_0004;
  expected[15] = 0xffff_0000;
  assertEquals(shown, expected);
  assertEquals(readVirtualHeader(0, 32, 0), ALL, "the ids are ones, whatever is underneath");
});

Deno.test("readVirtualHeader() and writeVirtualHeader() work at every width, and leave what is behind the header", () => {
  assertEquals([
    readVirtualHeader(4, 8, 0xff),
    readVirtualHeader(5, 8, 0xff),
    readVirtualHeader(6, 16, 0xffff),
  ], [
    0x04,
    0,
    0xffff,
  ]);
  assertEquals([readVirtualHeader(0x40, 32, 0x1234_5678), writeVirtualHeader(0x40, 32, 0)], [0x1234_5678, 0]);
});

Deno.test("writeVirtualHeader() keeps memory decoded underneath", () => {
  assertEquals([writeVirtualHeader(4, 16, 0), writeVirtualHeader(4, 8, 4), writeVirtualHeader(4, 32, 0)], [
    2,
    6,
    2,
  ]);
  assertEquals([writeVirtualHeader(5, 8, 0), writeVirtualHeader(6, 16, 0), writeVirtualHeader(0x10, 32, 7)], [
    0,
    0,
    7,
  ]);
});
