import { assertEquals, assertThrows } from "@std/assert";
import type { RegisterMap } from "../../../core/registers.ts";
import { registers } from "../../../core/registers.ts";
import { CONTROL } from "./control_registers.ts";
import { RecordingMemory, zeros } from "./recording_memory.ts";

const WIDTHS = {
  byte: { at: 0x1, width: 8 },
  word: { at: 0x2, width: 16 },
  dword: { at: 0x4, width: 32 },
  qword: { at: 0x8, width: 64 },
} as const satisfies RegisterMap;

const KINDS = {
  readWrite: { at: 0x0, width: 32, access: "rw", fields: { on: 0, off: 1 } },
  readOnly: { at: 0x4, width: 32, access: "ro", fields: { on: 0 } },
  writeOnly: { at: 0x8, width: 32, access: "wo", fields: { on: 0, off: 1 } },
  clearing: { at: 0xc, width: 32, access: "w1c", fields: { first: 0, second: 1 } },
  plain: { at: 0x10, width: 32 },
  plainReadOnly: { at: 0x14, width: 32, access: "ro" },
  plainWriteOnly: { at: 0x18, width: 32, access: "wo" },
} as const satisfies RegisterMap;

Deno.test("registers() reads each width in one access of that width", () => {
  const memory = new RecordingMemory("0011223344556677" + "8899aabbccddeeff");
  const { byte, word, dword, qword } = registers(memory, WIDTHS);
  assertEquals(memory.takeLog(), [], "laying a map over memory touches nothing");
  assertEquals([byte.read(), word.read(), dword.read()], [0x11, 0x3322, 0x7766_5544]);
  assertEquals(qword.read(), 0xffee_ddcc_bbaa_9988n);
  assertEquals(memory.takeLog(), ["read8 1", "read16 2", "read32 4", "read64 8"]);
});

Deno.test("registers() writes each width in one access of that width", () => {
  const memory = zeros(16);
  const { byte, word, dword, qword } = registers(memory, WIDTHS);
  byte.write(0xff);
  word.write(0xfffe);
  dword.write(0xffff_fffd);
  qword.write(0xffff_ffff_ffff_fffcn);
  assertEquals(memory.takeLog(), [
    "write8 1 = ff",
    "write16 2 = fffe",
    "write32 4 = fffffffd",
    "write64 8 = fffffffffffffffc",
  ]);
  assertEquals(memory.hex, "00fffefffdffffff" + "fcffffffffffffff");
});

Deno.test("registers() adds the base to where each register is", () => {
  const memory = zeros(48);
  const { byte, qword } = registers(memory, WIDTHS, 0x20);
  byte.read();
  qword.write(1n);
  assertEquals(memory.takeLog(), ["read8 33", "write64 40 = 1"]);
});

Deno.test("Register.read() gives all fields of one access", () => {
  const memory = new RecordingMemory("b500" + "0180" + "ffffff7f" + "efcdab8967452381");
  const { narrow, half, full, wide } = registers(memory, CONTROL);
  const n = narrow.read();
  assertEquals([n.raw, n.on, n.level, n.mode], [0xb5, true, 2, 0xb]);
  const h = half.read();
  assertEquals([h.raw, h.top, h.middle, h.bottom], [0x8001, true, 0, true]);
  const f = full.read();
  assertEquals([f.raw, f.top, f.rest], [0x7fff_ffff, false, 0x7fff_ffff]);
  const w = wide.read();
  assertEquals(w.raw, 0x8123_4567_89ab_cdefn);
  assertEquals([w.big, w.most, w.top], [0x1_89ab_cdefn, 0x0091_a2b3, true]);
  assertEquals(memory.takeLog(), ["read8 0", "read16 2", "read32 4", "read64 8"]);
});

Deno.test("Register.read() keeps what it read when the memory changes", () => {
  const memory = zeros(16);
  const { narrow } = registers(memory, CONTROL);
  const before = narrow.read();
  narrow.write({ on: true });
  assertEquals([before.on, narrow.read().on], [false, true]);
});

Deno.test("Register.write() with fields leaves the others 0, in one write and no read", () => {
  const memory = new RecordingMemory("ff".repeat(16));
  const { narrow, half, full, wide } = registers(memory, CONTROL);
  narrow.write({ mode: 0xa });
  half.write({ top: true, middle: 1 });
  full.write({ top: true });
  wide.write({ big: 0x1_0000_0001n, top: true });
  full.write({});
  assertEquals(memory.takeLog(), [
    "write8 0 = a0",
    "write16 2 = 8002",
    "write32 4 = 80000000",
    "write64 8 = 8000000100000001",
    "write32 4 = 0",
  ]);
});

Deno.test("Register.write() takes the whole value too", () => {
  const memory = zeros(16);
  const { narrow, wide } = registers(memory, CONTROL);
  narrow.write(0xff);
  wide.write(1n);
  assertEquals(memory.takeLog(), ["write8 0 = ff", "write64 8 = 1"]);
});

Deno.test("Register.write() takes what read() gave: so all bits that are set are cleared", () => {
  const memory = new RecordingMemory("00".repeat(12) + "f3000000" + "00".repeat(12));
  const { clearing } = registers(memory, KINDS);
  const seen = clearing.read();
  clearing.write(seen);
  clearing.write({ ...seen, second: false });
  assertEquals(memory.takeLog(), ["read32 12", "write32 12 = f3", "write32 12 = f1"]);
});

Deno.test("Register.update() changes what is named and keeps the rest: one read, one write", () => {
  const memory = new RecordingMemory("b5ff" + "0180" + "ffffffff" + "efcdab8967452381");
  const { narrow, half, full, wide } = registers(memory, CONTROL);
  narrow.update({ level: 7, on: false });
  half.update({ top: false });
  full.update({ rest: 0 });
  wide.update({ most: 0x3fff_ffff, top: false });
  assertEquals(memory.takeLog(), [
    "read8 0",
    "write8 0 = be",
    "read16 2",
    "write16 2 = 1",
    "read32 4",
    "write32 4 = 80000000",
    "read64 8",
    "write64 8 = 7fffffff89abcdef",
  ]);
});

Deno.test("Register offers what its access allows, at run time too", () => {
  const all = registers(zeros(32), KINDS);
  assertEquals(
    Object.entries(all).map(([name, register]) => [name, ...Object.keys(register)]),
    [
      ["readWrite", "read", "write", "update"],
      ["readOnly", "read"],
      ["writeOnly", "write"],
      ["clearing", "read", "write"],
      ["plain", "read", "write"],
      ["plainReadOnly", "read"],
      ["plainWriteOnly", "write"],
    ],
  );
});

Deno.test("Register offers what its access allows to the compiler", () => {
  const all = registers(zeros(32), KINDS);
  // @ts-expect-error: read only
  assertThrows(() => all.readOnly.write(0), TypeError);
  // @ts-expect-error: read only
  assertThrows(() => all.readOnly.update({ on: true }), TypeError);
  // @ts-expect-error: write only
  assertThrows(() => all.writeOnly.read(), TypeError);
  // @ts-expect-error: what cannot be read cannot be updated
  assertThrows(() => all.writeOnly.update({ on: true }), TypeError);
  // @ts-expect-error: an update would clear what it reads
  assertThrows(() => all.clearing.update({ first: true }), TypeError);
  // @ts-expect-error: without fields there is nothing to update
  assertThrows(() => all.plain.update({}), TypeError);
  // @ts-expect-error: read only
  assertThrows(() => all.plainReadOnly.write(0), TypeError);
  // @ts-expect-error: write only
  assertThrows(() => all.plainWriteOnly.read(), TypeError);
});

Deno.test("Register.write() wants the type that the width has", () => {
  const memory = zeros(16);
  const { dword, qword } = registers(memory, WIDTHS);
  // @ts-expect-error: 32 bits are a number
  assertThrows(() => dword.write(1n), TypeError);
  // @ts-expect-error: 64 bits are a bigint
  assertThrows(() => qword.write(1), TypeError);
  assertEquals(memory.takeLog(), []);
});

Deno.test("Register.update() writes nothing when a value does not fit", () => {
  const memory = zeros(16);
  const { narrow } = registers(memory, CONTROL);
  assertThrows(() => narrow.update({ on: true, level: 8 }), RangeError);
  assertEquals([memory.takeLog(), memory.hex], [["read8 0"], "00".repeat(16)]);
});

Deno.test("registers() refuses a register that no single access reaches", () => {
  const memory = zeros(16);
  for (const [width, at] of [[16, 1], [32, 2], [64, 4], [8, -1], [8, 0.5], [32, NaN]] as const) {
    const place = () => registers(memory, { control: { at, width } });
    assertThrows(place, TypeError, `Cannot place register control of ${width} bits at ${at}`);
  }
  assertThrows(() => registers(memory, WIDTHS, 4), TypeError, "register qword of 64 bits at 12");
  // @ts-expect-error: nothing is 24 bits wide
  assertThrows(() => registers(memory, { control: { at: 0, width: 24 } }), TypeError, "24 bits");
});

Deno.test("registers() knows the values' types when the map is no literal", () => {
  const map: RegisterMap = { control: { at: 0, width: 8, fields: { on: 0 } } };
  const value = registers(new RecordingMemory("01"), map)["control"]?.read();
  assertEquals(JSON.stringify(value), '{"raw":1,"on":true}');
});
