import { assertEquals, assertThrows } from "@std/assert";
import { ByteMemory } from "../../../../mod.ts";
import { UsageError } from "../../../../cli/errors.ts";
import { fieldsOf, fieldValue, load, maskOf, readPlace, store } from "../../../../cli/mem/access.ts";

Deno.test("load() and store() make an access of the width that is asked for", () => {
  const memory = new ByteMemory(new Uint8Array(8));
  store(memory, 0, 64, 0x0807_0605_0403_0201n);
  assertEquals([8, 16, 32, 64].map((width) => load(memory, 0, width as 8 | 16 | 32 | 64)), [
    0x01n,
    0x0201n,
    0x0403_0201n,
    0x0807_0605_0403_0201n,
  ]);
  store(memory, 2, 16, 0xffffn);
  store(memory, 4, 32, 0n);
  store(memory, 7, 8, 0xaan);
  assertEquals(load(memory, 0, 64), 0xaa00_0000_ffff_0201n);
});

Deno.test("fieldsOf() takes a value apart without an access to the device", () => {
  const declaration = { at: 0x80, width: 64, access: "wo", fields: { wide: [47, 8], bit: 0 } } as const;
  assertEquals(fieldsOf({ offset: 0x80, width: 64, declaration }, 0x12_3456_7801n), [
    ["wide", 0x1234_5678n],
    ["bit", true],
  ]);
  assertEquals(fieldsOf({ offset: 0, width: 32 }, 1n), []);
});

Deno.test("maskOf() and fieldValue() are about a field's bits", () => {
  assertEquals(maskOf({ width: 32, field: { lsb: 4, count: 3 } }), 0x70n);
  assertEquals(maskOf({ width: 16 }), 0xffffn);
  assertEquals(fieldValue(0x5fn, { lsb: 4, count: 3 }), 5n);
});

Deno.test("readPlace() leaves alone what a map says is write-only", () => {
  const place = {
    offset: 0,
    width: 32,
    name: "go",
    declaration: { at: 0, width: 32, access: "wo" },
  } as const;
  assertThrows(() => readPlace(new ByteMemory(new Uint8Array(4)), place), UsageError, "go cannot be read");
});
