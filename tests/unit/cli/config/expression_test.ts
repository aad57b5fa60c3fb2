import { assertEquals, assertThrows } from "@std/assert";
import { parseAssignment, parseRegister } from "../../../../cli/config/expression.ts";
import { UsageError } from "../../../../cli/errors.ts";

Deno.test("parseRegister() reads names, capabilities and offsets, with offset, width and number", () => {
  const read = (text: string) => {
    const { base: { kind, at, id }, offset, width, number } = parseRegister(text);
    return [kind, id, at + offset, width, number];
  };
  assertEquals(read("COMMAND"), ["header", undefined, 0x04, 16, 0]);
  assertEquals(read("command.b"), ["header", undefined, 0x04, 8, 0]);
  assertEquals(read("VENDOR_ID+2.w"), ["header", undefined, 0x02, 16, 0]);
  assertEquals(read("CAP_EXP+8.w"), ["capability", 0x10, 0x08, 16, 0]);
  assertEquals(read("CAP05+2.W@1"), ["capability", 0x05, 0x02, 16, 1]);
  assertEquals(read("ECAP_AER+4.l"), ["extended capability", 0x01, 0x04, 32, 0]);
  assertEquals(read("ECAP23+a.w"), ["extended capability", 0x23, 0x0a, 16, 0]);
  assertEquals(read("a0.w"), ["header", undefined, 0xa0, 16, 0]);
  assertEquals(read("0xffc.l"), ["header", undefined, 0xffc, 32, 0]);
});

Deno.test("parseRegister() refuses what names no register, has no width, is unaligned or outside", () => {
  for (
    const [text, message] of [
      ["", "no register ''"],
      ["TOASTER", "no register 'TOASTER'"],
      ["__proto__", "no register"],
      ["CAP_EXP", "says no width"],
      ["10", "says no width"],
      ["CAP123.w", "no register"],
      ["COMMAND.q", "'.q' in 'COMMAND.q' is no width"],
      ["COMMAND.constructor", "is no width"],
      ["COMMAND+1", "where no access of 16 bits begins"],
      ["COMMAND+z", "'z' in 'COMMAND+z' is no offset"],
      ["COMMAND+1000", "is no offset"],
      ["ffe.l", "outside of any config space"],
      ["CAP_MSI+2.w@", "is no number"],
    ] as const
  ) assertThrows(() => parseRegister(text), UsageError, message);
});

Deno.test("parseAssignment() reads values with masks, and values for registers that follow each other", () => {
  assertEquals(parseAssignment("COMMAND=6").values, [{ value: 6, mask: 0xffff }]);
  assertEquals(parseAssignment("COMMAND=ff:4").values, [{ value: 4, mask: 4 }]);
  assertEquals(parseAssignment("BASE_ADDRESS_0=fffffffF,0x10:f0").values, [
    { value: 0xffff_ffff, mask: 0xffff_ffff },
    { value: 0x10, mask: 0xf0 },
  ]);
});

Deno.test("parseAssignment() refuses what is no value of the register", () => {
  for (
    const [text, message] of [
      ["COMMAND", "says nothing to set: COMMAND=VALUE"],
      ["COMMAND=", "'' in 'COMMAND=' is no value"],
      ["COMMAND=10000", "is no value: hexadecimal, up to ffff"],
      ["BIST=1:100", "is no mask"],
      ["COMMAND=1:2:3", "is no value"],
      ["COMMAND=1,", "is no value"],
      ["COMMAND=-1", "is no value"],
    ] as const
  ) assertThrows(() => parseAssignment(text), UsageError, message);
});
