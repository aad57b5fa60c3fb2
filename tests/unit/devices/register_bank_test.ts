import { assertEquals } from "@std/assert";
import type { RegisterMap } from "../../../core/registers.ts";
import { RegisterBank } from "../../../devices/register_bank.ts";

const MAP = {
  byte: { at: 0x00, width: 8 },
  other: { at: 0x01, width: 8 },
  half: { at: 0x02, width: 16 },
  word: { at: 0x04, width: 32 },
  status: { at: 0x08, width: 32, access: "w1c" },
  fixed: { at: 0x0c, width: 32, access: "ro" },
  wide: { at: 0x10, width: 64 },
  doorbell: { at: 0x20, width: 32, access: "wo" },
} as const satisfies RegisterMap;

Deno.test("RegisterBank gives back what was written, and initial values first", () => {
  const bank = new RegisterBank(MAP, { word: { initial: 7 }, wide: { initial: 1n << 40n } });
  assertEquals([bank.read(4, 32), bank.read64(0x10)], [7, 1n << 40n]);
  bank.write(4, 32, 0xffff_ffff);
  bank.write64(0x10, 0xffff_ffff_ffff_ffffn);
  assertEquals([bank.read(4, 32), bank.read64(0x10)], [0xffff_ffff, 0xffff_ffff_ffff_ffffn]);
  bank.reset();
  assertEquals([bank.read(4, 32), bank.read64(0x10)], [7, 1n << 40n]);
});

Deno.test("RegisterBank keeps to the register's access", () => {
  const bank = new RegisterBank(MAP, { fixed: { initial: 5 }, status: { initial: 0xff } });
  bank.write(0x0c, 32, 9);
  bank.write(0x08, 32, 0x0f);
  bank.write(0x20, 32, 3);
  assertEquals([bank.read(0x0c, 32), bank.read(0x08, 32), bank.read(0x20, 32)], [5, 0xf0, 0]);
});

Deno.test("RegisterBank lets handlers answer, and see each access once", () => {
  const seen: (number | bigint)[] = [];
  let reads = 0;
  const bank = new RegisterBank(MAP, {
    word: { read: () => ++reads, write: (value) => seen.push(value) },
    wide: { write: (value) => seen.push(value) },
    doorbell: { read: () => 0xffff_ffff, write: (value) => seen.push(value) },
    fixed: { read: () => 3, write: (value) => seen.push(value) },
  });
  assertEquals([bank.read(4, 32), bank.read(4, 32), reads], [1, 2, 2]);
  bank.write(4, 32, 0x8000_0000);
  bank.write64(0x10, 1n);
  bank.write(0x20, 32, 9);
  bank.write(0x0c, 32, 1);
  assertEquals(seen, [0x8000_0000, 1n, 9]);
  assertEquals([bank.read(0x20, 32), bank.read(0x0c, 32), bank.read64(0x10)], [0xffff_ffff, 3, 0n]);
});

Deno.test("RegisterBank gives a w1c register's handler what is left", () => {
  let status = 0xff;
  const bank = new RegisterBank(MAP, { status: { read: () => status, write: (value) => status = value } });
  bank.write(8, 32, 0x0f);
  bank.write(9, 8, 0xff);
  assertEquals(status, 0xf0);
  bank.write(8, 8, 0x30);
  assertEquals(status, 0xc0);
});

Deno.test("RegisterBank takes accesses narrower than a register: parts of it", () => {
  const bank = new RegisterBank(MAP, {
    word: { initial: 0x1122_3344 },
    wide: { initial: 0x1122_3344_5566_7788n },
  });
  assertEquals([bank.read(4, 8), bank.read(5, 8), bank.read(6, 16), bank.read(0x14, 32)], [
    0x44,
    0x33,
    0x1122,
    0x1122_3344,
  ]);
  bank.write(5, 8, 0xaa);
  bank.write(0x14, 32, 0);
  assertEquals([bank.read(4, 32), bank.read64(0x10)], [0x1122_aa44, 0x5566_7788n]);
});

Deno.test("RegisterBank clears what a narrow write leaves out, when told so", () => {
  const bank = new RegisterBank(MAP, { word: { initial: 0x1122_3344 }, wide: { initial: 1n << 63n } }, {
    narrowWrites: "zero-extended",
  });
  bank.write(4, 16, 0x5566);
  bank.write(0x10, 32, 1);
  assertEquals([bank.read(4, 32), bank.read64(0x10)], [0x5566, 1n]);
});

Deno.test("RegisterBank takes accesses wider than a register: all that they touch, the lowest first", () => {
  const seen: [string, number][] = [];
  const note = (name: string) => ({ write: (value: number) => void seen.push([name, value]) });
  const bank = new RegisterBank(MAP, {
    byte: { ...note("byte"), read: () => 0x11 },
    other: { ...note("other"), read: () => 0x22 },
    half: { ...note("half"), read: () => 0x4433 },
    word: { ...note("word"), read: () => 0x8877_6655 },
  });
  assertEquals([bank.read(0, 16), bank.read(0, 32), bank.read64(0)], [
    0x2211,
    0x4433_2211,
    0x8877_6655_4433_2211n,
  ]);
  bank.write(0, 32, 0xddcc_bbaa);
  assertEquals(seen.splice(0), [["byte", 0xaa], ["other", 0xbb], ["half", 0xddcc]]);
  bank.write64(0, 0x0807_0605_0403_0201n);
  assertEquals(seen, [["byte", 1], ["other", 2], ["half", 0x0403], ["word", 0x0807_0605]]);
});

Deno.test("RegisterBank reads all ones where no register is, and writes nothing there", () => {
  const bank = new RegisterBank({ low: { at: 0, width: 16 }, high: { at: 6, width: 16 } }, {});
  bank.write(4, 32, 0x1234_5678);
  bank.write(2, 16, 1);
  assertEquals([bank.read(0, 32), bank.read(4, 32), bank.read(8, 32), bank.read64(0), bank.read(3, 8)], [
    0xffff_0000,
    0x1234_ffff,
    0xffff_ffff,
    0x1234_ffff_ffff_0000n,
    0xff,
  ]);
});

Deno.test("RegisterBank asks which accesses the device answers", () => {
  const asked: [number, number][] = [];
  const bank = new RegisterBank(MAP, { word: { initial: 7 } }, {
    answers: (offset, width) => {
      asked.push([offset, width]);
      return width === 8 ? "zeros" : width === 16 ? "all-ones" : "yes";
    },
  });
  bank.write(4, 8, 1);
  bank.write(4, 16, 1);
  assertEquals([bank.read(4, 8), bank.read(4, 16), bank.read(4, 32), bank.read64(0)], [
    0,
    0xffff,
    7,
    0x7_0000_0000n,
  ]);
  assertEquals(asked, [[4, 8], [4, 16], [4, 8], [4, 16], [4, 32], [0, 64]]);
});
