import { assertEquals, assertThrows } from "@std/assert";
import { s32, struct, u16, u32, u64, u8 } from "../../../core/struct.ts";

const HEADER = struct("header", { id: u16, version: u16, next: u32 });
const BITMAP = struct("bitmap", { pgsize: u64, size: u64, data: u64 });

function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

Deno.test("struct() puts each field at the next multiple of its size", () => {
  const { size, alignment, offsets } = struct("mixed", {
    a: u8,
    b: u16,
    c: u8,
    d: u32,
    e: u8,
    f: u64,
    g: s32,
  });
  assertEquals({ ...offsets }, { a: 0, b: 2, c: 4, d: 8, e: 12, f: 16, g: 24 });
  assertEquals([size, alignment], [32, 8]);
});

Deno.test("struct() pads the end to a multiple of the greatest alignment, and only then", () => {
  assertEquals(struct("pair", { a: u32, b: u8 }).size, 8);
  assertEquals(struct("bytes", { a: u8, b: u8, c: u8 }).size, 3);
  assertEquals(struct("words", { a: u32, b: u32, c: u32 }).size, 12);
  assertEquals(struct("wide", { a: u64, b: u32 }).size, 16);
});

Deno.test("struct() aligns a struct in a struct as its widest field", () => {
  const narrow = struct("narrow", { flag: u8, header: HEADER });
  assertEquals([narrow.offsets.header, narrow.size, narrow.alignment], [4, 12, 4]);
  const wide = struct("wide", { argsz: u32, bitmap: BITMAP, last: u8 });
  assertEquals([wide.offsets.bitmap, wide.offsets.last, wide.size], [8, 32, 40]);
});

Deno.test("struct() keeps its name and fields", () => {
  assertEquals([HEADER.name, Object.keys(HEADER.fields)], ["header", ["id", "version", "next"]]);
  assertEquals([u8, u16, u32, s32, u64].map((scalar) => scalar.name), ["u8", "u16", "u32", "s32", "u64"]);
});

Deno.test("Struct.encode() writes little-endian, and zeros where nothing is said", () => {
  const mixed = struct("mixed", { a: u8, b: u16, c: u32, d: s32, e: u64 });
  assertEquals(
    hex(mixed.encode({ a: 0x12, b: 0x3456, c: 0x89ab_cdef, d: -2, e: 0x0123_4567_89ab_cdefn })),
    "12005634" + "efcdab89" + "feffffff" + "00000000" + "efcdab8967452301",
  );
  assertEquals(hex(mixed.encode({ c: 1 })), "00000000" + "01000000" + "00".repeat(16));
  assertEquals(hex(mixed.encode({})), "00".repeat(24));
});

Deno.test("Struct.encode() writes a struct in a struct at its place", () => {
  const outer = struct("outer", { flags: u32, header: HEADER });
  assertEquals(
    hex(outer.encode({ flags: 1, header: { version: 2, next: 3 } })),
    "01000000" + "00000200" + "03000000",
  );
});

Deno.test("Struct.encode() leaves zeros behind the struct", () => {
  const bytes = HEADER.encode({ id: 1 }, 5);
  assertEquals(hex(bytes), "0100000000000000" + "0000000000");
  assertEquals(bytes.buffer.byteLength, 13);
});

Deno.test("Struct.encode() takes the least and the greatest value of each field", () => {
  const all = struct("all", { a: u8, b: u16, c: u32, d: s32, e: u64 });
  for (
    const values of [
      { a: 0, b: 0, c: 0, d: -0x8000_0000, e: 0n },
      { a: 0xff, b: 0xffff, c: 0xffff_ffff, d: 0x7fff_ffff, e: 0xffff_ffff_ffff_ffffn },
    ]
  ) assertEquals(all.decode(all.encode(values)), values);
});

Deno.test("Struct.encode() refuses what does not fit its field", () => {
  const all = struct("all", { a: u8, b: u16, c: u32, d: s32, e: u64, header: HEADER });
  for (
    const [values, message] of [
      [{ a: 0x100 }, "Cannot set all.a to 256: it does not fit u8"],
      [{ b: -1 }, "Cannot set all.b to -1: it does not fit u16"],
      [{ c: 2 ** 32 }, "Cannot set all.c to 4294967296: it does not fit u32"],
      [{ c: 1.5 }, "Cannot set all.c to 1.5: it does not fit u32"],
      [{ c: NaN }, "Cannot set all.c to NaN: it does not fit u32"],
      [{ d: 2 ** 31 }, "Cannot set all.d to 2147483648: it does not fit s32"],
      [{ d: -(2 ** 31) - 1 }, "Cannot set all.d to -2147483649: it does not fit s32"],
      [{ e: 2n ** 64n }, "Cannot set all.e to 18446744073709551616: it does not fit u64"],
      [{ e: -1n }, "Cannot set all.e to -1: it does not fit u64"],
      [{ header: { id: 0x1_0000 } }, "Cannot set all.header.id to 65536: it does not fit u16"],
    ] as const
  ) assertThrows(() => all.encode(values), RangeError, message);
});

Deno.test("Struct.encode() refuses a value of the wrong type", () => {
  const pair = struct("pair", { a: u32, b: u64 });
  // @ts-expect-error: 32 bits are a number
  assertThrows(() => pair.encode({ a: 1n }), TypeError, "Cannot set pair.a to 1: u32 is a number");
  // @ts-expect-error: 64 bits are a bigint
  assertThrows(() => pair.encode({ b: 1 }), TypeError, "Cannot set pair.b to 1: u64 is a bigint");
  // @ts-expect-error: text is no number
  assertThrows(() => pair.encode({ a: "1" }), TypeError, "u32 is a number");
});

Deno.test("Struct.encode() refuses a field that the struct does not have", () => {
  // @ts-expect-error: the header has no argsz
  assertThrows(() => HEADER.encode({ argsz: 1 }), TypeError, "Cannot set header.argsz: there is no");
  const outer = struct("outer", { header: HEADER });
  // @ts-expect-error: nor when it stands in a struct
  assertThrows(() => outer.encode({ header: { argsz: 1 } }), TypeError, "Cannot set outer.header.argsz");
  // Every object has a constructor, but not as a field.
  assertThrows(
    () => HEADER.encode({ ["constructor"]: 1 } as object),
    TypeError,
    "header.constructor: there is no",
  );
});

Deno.test("Struct.decode() gives back what was encoded", () => {
  const outer = struct("outer", { flags: u32, fd: s32, header: HEADER, size: u64 });
  const values = {
    flags: 0xdead_beef,
    fd: -1,
    header: { id: 1, version: 2, next: 3 },
    size: 0x8000_0000_0000_0000n,
  };
  assertEquals(outer.decode(outer.encode(values)), values);
});

Deno.test("Struct.decode() begins where it is told", () => {
  const bytes = Uint8Array.fromHex("ffffff" + "0100020003000000" + "ff");
  assertEquals(HEADER.decode(bytes, 3), { id: 1, version: 2, next: 3 });
});

Deno.test("Struct.decode() reads a part of a buffer as that part", () => {
  const part = Uint8Array.fromHex("ffffffff" + "0100020003000000" + "0400050006000000" + "ffffffff").subarray(
    4,
    20,
  );
  assertEquals(HEADER.decode(part), { id: 1, version: 2, next: 3 });
  assertEquals(HEADER.decode(part, 8), { id: 4, version: 5, next: 6 });
});

Deno.test("Struct.decode() refuses bytes that end before the struct, also when the buffer goes on", () => {
  const part = new Uint8Array(32).subarray(8, 16);
  assertThrows(
    () => HEADER.decode(new Uint8Array(7)),
    RangeError,
    "Cannot read header at 0: there are 7 bytes",
  );
  for (const at of [1, 8, 9, 2 ** 32]) assertThrows(() => HEADER.decode(part, at), RangeError, `at ${at}`);
  assertThrows(() => BITMAP.decode(part), RangeError);
});

Deno.test("Struct.decode() refuses a place before the bytes, or between two of them", () => {
  const part = new Uint8Array(32).subarray(8, 24);
  for (const at of [-1, -8, 0.5, NaN]) assertThrows(() => HEADER.decode(part, at), RangeError, `at ${at}`);
});
