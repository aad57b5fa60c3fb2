import { assertEquals } from "@std/assert";
import { decodeResizableBars } from "../../../../pci/decode/resizable_bars.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeResizableBars() reads as many as the first says, with sizes in bytes", () => {
  const scope = scopeOf({ 4: 0x8000_0010, 8: 0x8001_0840, 12: 0x0000_0020, 16: 0x0000_0102 });
  assertEquals(decodeResizableBars(scope), {
    count: 2,
    bars: [
      {
        bar: 0,
        size: "0x0000000010000000",
        sizes: [
          "0x0000000000100000",
          "0x0000800000000000",
          "0x0001000000000000",
          "0x8000000000000000",
        ],
      },
      { bar: 2, size: "0x0000000000200000", sizes: ["0x0000000000200000"] },
    ],
  });
  assertEquals(scope.length, 20);
});

Deno.test("decodeResizableBars() is not taken in by counts and sizes that cannot be", () => {
  assertEquals(decodeResizableBars(scopeOf({ 8: 0x0000_00e0 })).bars.length, 6);
  assertEquals(decodeResizableBars(scopeOf({ 8: 0 })), { count: 0, bars: [] });
  assertEquals(decodeResizableBars(scopeOf({ 8: 0x0000_2c20 })).bars[0]?.size, "reserved 44");
  assertEquals(decodeResizableBars(scopeOf({ 8: 0x20 }, { size: 10 })), { bars: [] });
  const cut = scopeOf({ 8: 0x40 }, { size: 0x10 });
  assertEquals([decodeResizableBars(cut).bars, cut.truncated], [
    [{ bar: 0, size: "0x0000000000100000", sizes: [] }, {}],
    true,
  ]);
});
