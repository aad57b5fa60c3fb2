import { assertEquals, assertThrows } from "@std/assert";
import { EDU } from "../../../../devices/mod.ts";
import { UsageError } from "../../../../cli/errors.ts";
import { holds, parseCondition, parsePlaceValue } from "../../../../cli/mem/value.ts";
import type { Ground } from "../../../../cli/mem/place.ts";

const GROUND: Ground = {
  region: "bar0",
  size: 0x1000,
  map: new Map(Object.entries(EDU as Record<string, typeof EDU[keyof typeof EDU]>)),
  width: undefined,
};

Deno.test("parsePlaceValue() reads values, masks and fields", () => {
  const read = (word: string) => {
    const { place, value, mask } = parsePlaceValue(GROUND, word);
    return [place.offset, value, mask];
  };
  assertEquals(read("0x4=18"), [4, 18n, 0xffff_ffffn]);
  assertEquals(read("0x4=0xff:0xf0"), [4, 0xf0n, 0xf0n]);
  assertEquals(read("dmaSource=0xffffffffffffffff"), [0x80, 0xffff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ffffn]);
  assertEquals(read("status.irqWhenDone=1"), [0x20, 0x80n, 0x80n]);
});

Deno.test("parsePlaceValue() refuses what does not fit", () => {
  for (
    const [word, message] of [
      ["0x4", "write takes OFF=VALUE, as 0x4=1"],
      ["0x4=", "is no number"],
      ["0x4=0x100000000", "is no number from 0 to 0xffffffff"],
      ["0x4=-1", "is no number"],
      ["0x4=1:2:3", "neither OFF=VALUE nor"],
      ["status.irqWhenDone=2", "is no number from 0 to 0x1"],
      ["status.irqWhenDone=1:1", "a mask and a field"],
    ] as const
  ) assertThrows(() => parsePlaceValue(GROUND, word), UsageError, message);
});

Deno.test("holds() compares the bits that a condition is about", () => {
  for (
    const [text, value, expected] of [
      ["0x20==5", 5n, true],
      ["0x20==5", 4n, false],
      ["0x20!=0", 0n, false],
      ["0x20&0x6==4", 0xfcn, true],
      ["0x20 & 0x6 == 4", 0xfen, false],
      ["status.computing==0", 0x80n, true],
      ["status.computing!=0", 0x81n, true],
      ["id.major==1", 0x0100_00edn, true],
    ] as const
  ) assertEquals(holds(parseCondition(GROUND, text), value), expected, `${text} ${value}`);
});

Deno.test("parseCondition() refuses what is no condition, or never holds", () => {
  for (
    const [text, message] of [
      ["0x20", "is nothing to wait for"],
      ["0x20=1", "is nothing to wait for"],
      ["0x20==", "is nothing to wait for"],
      ["0x20&1==2", "never is: the value has bits"],
      ["status.computing==2", "is no number from 0 to 0x1"],
      ["0x20==1==1", "is nothing to wait for"],
    ] as const
  ) assertThrows(() => parseCondition(GROUND, text), UsageError, message);
});
