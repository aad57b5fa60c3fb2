import { assertEquals } from "@std/assert";
import { decodeCxl } from "../../../../pci/decode/cxl.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeCxl() reads a device and its ranges of memory", () => {
  const words = {
    0x08: 0x001e_0000,
    0x0c: 0x0000_0007,
    0x10: 0x0002_0004,
    0x14: 0x0402_0000,
    0x18: 4,
    0x1c: 0x1000_2103,
    0x20: 1,
    0x24: 0x2000_0000,
    0x38: 0x0000_0004,
  };
  const fields = decodeCxl(scopeOf(words), 0, 2, 0x3c);
  if (fields?.kind !== "device") throw new TypeError(`${fields?.kind}`);
  assertEquals([fields.capabilities?.mem, fields.capabilities?.ranges, fields.control?.mem], [true, 1, true]);
  assertEquals([fields.control2?.initiateReset, fields.status2?.resetComplete], [true, true]);
  assertEquals([fields.capabilities2?.cacheSizeUnit, fields.capabilities2?.cacheSize], [1048576, 4]);
  assertEquals(fields.ranges[0], {
    valid: true,
    active: true,
    mediaType: "volatile",
    memoryClass: "memory",
    interleave: 256,
    activeTimeout: 4,
    size: "0x0000000410000000",
    base: "0x0000000120000000",
  });
  assertEquals(fields.capabilities3?.volatileStateAfterHotReset, true);
  const first = decodeCxl(scopeOf(words), 0, 1, 0x38);
  assertEquals(first?.kind === "device" && first.capabilities3, undefined);
});

Deno.test("decodeCxl() reads a locator's blocks as far as its length goes", () => {
  const words = { 0x0c: 0x0001_0100, 0x10: 1, 0x14: 0x0002_0304, 0x1c: 0x0000_ff02 };
  const fields = decodeCxl(scopeOf(words), 8, 0, 0x1c);
  assertEquals(fields, {
    kind: "register locator",
    blocks: [
      { bar: 0, block: "component", offset: "0x0000000100010000" },
      { bar: 4, block: "device", offset: "0x0000000000020000" },
    ],
  });
  assertEquals(decodeCxl(scopeOf(words), 8, 0, 4), { kind: "register locator", blocks: [] });
});

Deno.test("decodeCxl() reads the other kinds, and knows no more than there are", () => {
  const words = { 0x08: 0x0001_0000, 0x0c: 0x0302_0407, 0x10: 5, 0x18: 1 };
  const kinds = [2, 3, 4, 5, 7, 9].map((id) => decodeCxl(scopeOf(words), id, 2, 0x40)?.kind);
  assertEquals(kinds, [
    "non-CXL function map",
    "port",
    "port flush",
    "device flush",
    "Flex Bus port",
    "multiple logical devices",
  ]);
  const flush = decodeCxl(scopeOf(words), 4, 0, 0x10);
  assertEquals(flush?.kind === "port flush" && flush.phase1, { timeoutBase: 7, timeoutScale: 10000 });
  const [first, second] = [0, 2].map((revision) => decodeCxl(scopeOf(words), 7, revision, 0x20));
  assertEquals([first && "control2" in first, second && "control2" in second], [false, true]);
  assertEquals([1, 6, 10, 0xffff].map((id) => decodeCxl(scopeOf(words), id, 0, 0x40)), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
