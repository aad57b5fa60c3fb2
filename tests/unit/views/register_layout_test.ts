import { assertEquals } from "@std/assert";
import type { RegisterDeclaration } from "../../../core/registers.ts";
import { bitsOf, bitSpans, splitSpan } from "../../../views/register_layout.ts";

function shown(declaration: RegisterDeclaration): string[] {
  return bitSpans(declaration).map(({ name, msb, lsb }) => `${msb}:${lsb} ${name}`);
}

Deno.test("bitSpans() cuts a register into fields and what is between, most significant first", () => {
  assertEquals(shown({ at: 0, width: 16, fields: { low: 0, middle: [7, 4], top: [15, 14] } }), [
    "15:14 top",
    "13:8 undefined",
    "7:4 middle",
    "3:1 undefined",
    "0:0 low",
  ]);
});

Deno.test("bitSpans() takes a register without fields for one value", () => {
  assertEquals(shown({ at: 0, width: 64 }), ["63:0 value"]);
  assertEquals(shown({ at: 0, width: 8, fields: {} }), ["7:0 undefined"]);
});

Deno.test("bitSpans() gives a bit to one field, and leaves out what is outside", () => {
  assertEquals(shown({ at: 0, width: 8, fields: { all: [3, 0], part: [5, 2], far: [40, 7] } }), [
    "7:7 far",
    "6:6 undefined",
    "5:4 part",
    "3:0 all",
  ]);
});

Deno.test("bitsOf() takes bits out of values of any width", () => {
  assertEquals(bitsOf(0xffff_ffff, { msb: 31, lsb: 28 }), 0xfn);
  assertEquals(bitsOf(0x8000_0f00_0000_0001n, { msb: 63, lsb: 40 }), 0x80000fn);
  assertEquals(bitsOf(2, { msb: 1, lsb: 1 }), 1n);
});

Deno.test("splitSpan() cuts where rows end", () => {
  const name = "f";
  assertEquals(splitSpan({ name, msb: 39, lsb: 10 }, 16), [
    { name, msb: 39, lsb: 32 },
    { name, msb: 31, lsb: 16 },
    { name, msb: 15, lsb: 10 },
  ]);
  assertEquals(splitSpan({ name, msb: 5, lsb: 5 }, 32), [{ name, msb: 5, lsb: 5 }]);
});
