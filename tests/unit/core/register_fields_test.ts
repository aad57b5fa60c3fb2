import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { RegisterMap } from "../../../core/registers.ts";
import { registers } from "../../../core/registers.ts";
import { CONTROL } from "./control_registers.ts";
import { RecordingMemory, zeros } from "./recording_memory.ts";

Deno.test("Register.read() gives bits as booleans, up to 32 bits as numbers and more as bigints", () => {
  const map = {
    low: { at: 0, width: 32, fields: { flag: 0, single: [1, 1], all: [31, 0] } },
    high: { at: 8, width: 64, fields: { flag: 63, number: [63, 32], bigint: [32, 0], all: [63, 0] } },
  } as const satisfies RegisterMap;
  const { low, high } = registers(new RecordingMemory("ff".repeat(16)), map);
  const { flag, single, all }: { flag: boolean; single: number; all: number } = low.read();
  assertEquals([flag, single, all], [true, 1, 0xffff_ffff]);
  const wide: { flag: boolean; number: number; bigint: bigint; all: bigint } = high.read();
  assertEquals([wide.flag, wide.number], [true, 0xffff_ffff]);
  assertEquals([wide.bigint, wide.all], [0x1_ffff_ffffn, 0xffff_ffff_ffff_ffffn]);
});

Deno.test("Register.read() gives bit 31 and [31, 0] without a sign", () => {
  const map = {
    status: { at: 0, width: 32, fields: { top: 31, upper: [31, 1], byte: [31, 24], all: [31, 0] } },
  } as const satisfies RegisterMap;
  const { status } = registers(new RecordingMemory("010000f0"), map);
  const { raw, top, upper, byte, all } = status.read();
  assertEquals([raw, top, upper, byte, all], [0xf000_0001, true, 0x7800_0000, 0xf0, 0xf000_0001]);
});

Deno.test("Register.read() gives what JSON.stringify() takes, all of it, with bigints in hexadecimal", () => {
  const { narrow, wide } = registers(
    new RecordingMemory("b500" + "00".repeat(6) + "efcdab8967452381"),
    CONTROL,
  );
  assertEquals(JSON.parse(JSON.stringify(narrow.read())), { raw: 0xb5, on: true, level: 2, mode: 0xb });
  assertEquals(JSON.parse(JSON.stringify({ wide: wide.read() })), {
    wide: { raw: "0x8123456789abcdef", big: "0x189abcdef", most: 0x0091_a2b3, top: true },
  });
});

Deno.test("Register.read() shows all fields on a console", () => {
  const { narrow } = registers(new RecordingMemory("b5" + "00".repeat(15)), CONTROL);
  assertEquals(Deno.inspect(narrow.read()), "{ raw: 181, on: true, level: 2, mode: 11 }");
});

Deno.test("Register.read() makes objects of one class for each declaration, over any memory", () => {
  const one = registers(zeros(16), CONTROL);
  const other = registers(zeros(64), CONTROL, 0x20);
  assertStrictEquals(one.narrow.read().constructor, other.narrow.read().constructor);
  assert(one.narrow.read().constructor !== one.half.read().constructor);
});

Deno.test("Register.write() puts the greatest value into each kind of field", () => {
  const map = {
    status: { at: 0, width: 32, fields: { upper: [31, 1], all: [31, 0], top: 31 } },
    wide: { at: 8, width: 64, fields: { all: [63, 0], upper: [63, 32], low: [31, 0] } },
  } as const satisfies RegisterMap;
  const memory = zeros(16);
  const { status, wide } = registers(memory, map);
  status.write({ upper: 0x7fff_ffff });
  status.write({ all: 0xffff_ffff });
  status.write({ top: true });
  wide.write({ all: 0xffff_ffff_ffff_ffffn });
  wide.write({ upper: 0xffff_ffff, low: 1 });
  assertEquals(memory.takeLog(), [
    "write32 0 = fffffffe",
    "write32 0 = ffffffff",
    "write32 0 = 80000000",
    "write64 8 = ffffffffffffffff",
    "write64 8 = ffffffff00000001",
  ]);
});

Deno.test("Register.update() skips a field that is undefined", () => {
  const memory = new RecordingMemory("b5" + "00".repeat(15));
  const { narrow } = registers(memory, CONTROL);
  // @ts-expect-error: types leave such a field out
  narrow.update({ on: undefined, mode: 0 });
  assertEquals(memory.takeLog(), ["read8 0", "write8 0 = 5"]);
});

Deno.test("Register.write() refuses a field's value of the wrong type, and writes nothing", () => {
  const memory = zeros(16);
  const { narrow, wide } = registers(memory, CONTROL);
  // @ts-expect-error: a bit is a boolean
  assertThrows(() => narrow.write({ on: 1 }), TypeError, "Cannot write 1 to narrow.on: true or false is");
  // @ts-expect-error: bits are a number
  assertThrows(() => narrow.write({ mode: true }), TypeError, "Cannot write true to narrow.mode");
  // @ts-expect-error: up to 32 bits are a number, also in 64
  assertThrows(() => wide.write({ most: 1n }), TypeError, "Cannot write 1 to wide.most: a number is");
  // @ts-expect-error: more are a bigint
  assertThrows(() => wide.write({ big: 1 }), TypeError, "Cannot write 1 to wide.big: a bigint is");
  assertEquals(memory.takeLog(), []);
});

Deno.test("Register.write() refuses a value that does not fit, and writes nothing", () => {
  const memory = zeros(16);
  const { narrow, full, wide } = registers(memory, CONTROL);
  assertThrows(() => narrow.write(0x100), RangeError);
  assertThrows(
    () => narrow.write({ level: 8 }),
    RangeError,
    "Cannot write 8 to narrow.level: it does not fit",
  );
  assertThrows(() => narrow.write({ level: -1 }), RangeError, "Cannot write -1 to narrow.level");
  assertThrows(() => narrow.write({ level: 0.5 }), RangeError, "Cannot write 0.5 to narrow.level");
  assertThrows(() => narrow.write({ level: NaN }), RangeError, "Cannot write NaN to narrow.level");
  assertThrows(() => full.write({ rest: 2 ** 31 }), RangeError, "full.rest");
  assertThrows(() => wide.write({ big: 2n ** 33n }), RangeError, "Cannot write 8589934592n to wide.big");
  assertThrows(() => wide.write({ big: -1n }), RangeError, "wide.big");
  assertThrows(() => wide.write({ most: 2 ** 30 }), RangeError, "wide.most");
  assertEquals(memory.takeLog(), []);
});

Deno.test("Register refuses a field that it does not have, and names those it has", () => {
  const memory = zeros(16);
  const { narrow } = registers(memory, CONTROL);
  const message = "Cannot write narrow.mod: its fields are on, level, mode";
  // @ts-expect-error: mode is misspelt
  assertThrows(() => narrow.write({ mod: 1 }), TypeError, message);
  // @ts-expect-error: mode is misspelt
  assertThrows(() => narrow.update({ mod: 1 }), TypeError, message);
  // @ts-expect-error: mode is misspelt
  assertEquals(narrow.read().mod, undefined);
});

Deno.test("registers() refuses a field outside its register, or with its ends swapped", () => {
  for (const field of [32, -1, 0.5, [32, 0], [0, 1], [3, -1], [3.5, 0]] as const) {
    assertThrows(
      () => registers(zeros(16), { control: { at: 0, width: 32, fields: { part: field } } }),
      TypeError,
      "Cannot place field control.part",
    );
  }
});

Deno.test("registers() refuses a field whose name read() has taken", () => {
  for (const name of ["raw", "toJSON"]) {
    assertThrows(
      () => registers(zeros(16), { control: { at: 0, width: 32, fields: { [name]: 0 } } }),
      TypeError,
      `Cannot place field control.${name}`,
    );
  }
});

Deno.test("registers() of 32 bits and fewer never touch BigInt", () => {
  const { BigInt } = globalThis;
  const memory = new RecordingMemory("ff".repeat(16));
  const { narrow, half, full } = registers(memory, CONTROL);
  globalThis.BigInt = new Proxy(BigInt, {
    apply(): never {
      throw new Error("BigInt was called");
    },
  });
  try {
    for (const register of [narrow, half, full]) {
      for (const value of Object.values(JSON.parse(JSON.stringify(register.read())))) {
        assert(typeof value === "number" || typeof value === "boolean");
      }
    }
    narrow.update({ mode: 1 });
    half.update({ middle: 1 });
    full.update({ rest: 1 });
    full.write({ rest: 1 });
  } finally {
    globalThis.BigInt = BigInt;
  }
  for (const access of memory.takeLog()) assert(!access.includes("64"), access);
});
