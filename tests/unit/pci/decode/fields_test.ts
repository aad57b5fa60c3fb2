import { assertEquals } from "@std/assert";
import { ByteMemory } from "../../../../core/byte_memory.ts";
import type { RegisterMap } from "../../../../core/registers.ts";
import { hex64, readFields, wide } from "../../../../pci/decode/fields.ts";
import { space } from "../spaces.ts";

const MAP = {
  control: { at: 0x00, width: 16, fields: { on: 0, mode: [3, 1], size: [7, 4] } },
  count: { at: 0x04, width: 32 },
  last: { at: 0x09, width: 8 },
} as const satisfies RegisterMap;
const MEANINGS = {
  control: { mode: ["slow", "fast"], size: (encoded: number): number => 128 << encoded },
} as const;

function memory(): ByteMemory {
  return new ByteMemory(space(16, { 0: 0x0023, 4: 0xffff_fffe, 8: 0x5a00 }));
}

Deno.test("readFields() gives numbers, booleans, and what encodings stand for", () => {
  assertEquals(readFields(memory(), MAP, MEANINGS, 0, 16), {
    control: { on: true, mode: "fast", size: 512 },
    count: 0xffff_fffe,
    last: 0x5a,
  });
  assertEquals(readFields(memory(), MAP, {}, 0, 16).control, { on: true, mode: 1, size: 2 });
});

Deno.test("readFields() calls an encoding without a meaning reserved", () => {
  const { control } = readFields(new ByteMemory(space(16, { 0: 0x000e })), MAP, MEANINGS, 0, 16);
  assertEquals(control?.mode, "reserved 7");
});

Deno.test("readFields() leaves out what does not lie in front of the end", () => {
  assertEquals(Object.keys(readFields(memory(), MAP, {}, 0, 9)), ["control", "count"]);
  assertEquals(Object.keys(readFields(memory(), MAP, {}, 0, 7)), ["control"]);
  assertEquals(readFields(memory(), MAP, {}, 0, 1), {});
  assertEquals(readFields(memory(), MAP, {}, 16, 16), {});
});

Deno.test("hex64() and wide() write 64 bits as text of one length", () => {
  assertEquals(hex64(0xfea0_0000n), "0x00000000fea00000");
  assertEquals(wide(0x8000_0001, 0xffff_ffff), "0xffffffff80000001");
  assertEquals([wide(undefined, 0), wide(0, undefined)], [undefined, undefined]);
});
