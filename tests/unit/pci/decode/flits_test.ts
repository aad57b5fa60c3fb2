import { assertEquals } from "@std/assert";
import { decodeFlitLogging, decodeRegisterBlockLocator } from "../../../../pci/decode/flits.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeFlitLogging() counts the errors of 16 lanes", () => {
  const scope = scopeOf({ 4: 0x0102_2009, 0x0c: 0x0502_0012, 0x1c: 0x0002_0001, 0x38: 0x0010_000f });
  const { errorLog1, counterControl, counterStatus, laneErrors } = decodeFlitLogging(scope);
  assertEquals([errorLog1?.valid, errorLog1?.linkWidth, errorLog1?.more, errorLog1?.parity0], [
    true,
    16,
    true,
    2,
  ]);
  assertEquals([counterControl?.interruptEnable, counterControl?.trigger], [true, 1]);
  assertEquals([counterStatus?.linkWidth, counterStatus?.errors], [4, 5]);
  assertEquals([laneErrors.length, laneErrors[1], laneErrors[15]], [16, 2, 0x10]);
  assertEquals(scope.length, 0x3c);
});

Deno.test("decodeRegisterBlockLocator() lists blocks as far as its length goes", () => {
  const scope = scopeOf({ 4: 0x18, 8: 0x0001_0102, 12: 1, 16: 0x0000_ff00, 24: 0x0000_0101 });
  assertEquals(decodeRegisterBlockLocator(scope), {
    capabilities: { length: 0x18 },
    blocks: [
      { bar: 2, block: "MMIO capabilities", offset: "0x0000000100010000" },
      { bar: 0, block: "designated vendor-specific", offset: "0x0000000000000000" },
    ],
  });
  assertEquals(decodeRegisterBlockLocator(scopeOf({ 4: 4 })).blocks, []);
  const cut = scopeOf({ 4: 0xfff }, { size: 0x14 });
  assertEquals([decodeRegisterBlockLocator(cut).blocks.length, cut.truncated], [1, true]);
});
