import { assertEquals } from "@std/assert";
import { barMask, barType } from "../../../devices/bar.ts";
import { barSize, barsOf, decodeBars } from "../../../pci/bars.ts";
import { nonsense, space } from "./spaces.ts";

Deno.test("decodeBars() tells kind, address and prefetchability, and joins both halves of 64 bits", () => {
  const bars = decodeBars(space(64, {
    0x10: 0xfe00_0000,
    0x14: 0xd000_0008,
    0x18: 0x0000_c001,
    0x1c: 0x0000_000c,
    0x20: 0x0000_0038,
    0x24: 0xfd00_0002,
  }));
  assertEquals(bars, [
    { index: 0, kind: "memory32", prefetchable: false, address: 0xfe00_0000n },
    { index: 1, kind: "memory32", prefetchable: true, address: 0xd000_0000n },
    { index: 2, kind: "io", prefetchable: false, address: 0xc000n },
    { index: 3, kind: "memory64", prefetchable: true, address: 0x38_0000_0000n },
    { index: 5, kind: "memory32", prefetchable: false, address: 0xfd00_0000n },
  ]);
});

Deno.test("decodeBars() leaves out what tells nothing", () => {
  assertEquals(decodeBars(space(64)), []);
  assertEquals(decodeBars(space(64, { 0x10: 0xffff_ffff })), []);
  assertEquals(decodeBars(new Uint8Array(4096).fill(0xff)), []);
  assertEquals(decodeBars(space(64, { 0x24: 0xfe00_0004 })), [], "no register follows the last");
  assertEquals(decodeBars(space(64, { 0x10: 0xfe00_0004, 0x14: 0x1 }).subarray(0, 0x14)), []);
});

Deno.test("decodeBars() reads as many registers as the header has", () => {
  const words = { 0x10: 0x1000_0000, 0x14: 0x2000_0000, 0x18: 0x3000_0000 };
  const indexes = [0, 1, 2, 3, 0x7f].map((layout) =>
    decodeBars(space(64, { ...words, 0x0c: layout << 16 })).map(({ index }) => index)
  );
  assertEquals(indexes, [[0, 1, 2], [0, 1], [0], [], []]);
  assertEquals(decodeBars(space(64, { ...words, 0x0c: 0x80_0000 })).length, 3, "a function of several");
});

Deno.test("decodeBars() neither throws nor invents on nonsense", () => {
  for (const bytes of nonsense(2000)) {
    const bars = decodeBars(bytes);
    const taken = bars.flatMap(({ index, kind }) => (kind === "memory64" ? [index, index + 1] : [index]));
    assertEquals(taken, [...new Set(taken)]);
    assertEquals(taken.every((index) => index <= 5 && 0x14 + 4 * index <= bytes.length), true);
  }
});

Deno.test("barSize() tells the size that a BAR was declared with", () => {
  for (const kind of ["io", "memory32", "memory64"] as const) {
    const [first, last] = kind === "io" ? [2, 8] : [4, kind === "memory32" ? 31 : 52];
    for (let bits = first; bits <= last; bits++) {
      const bar = { kind, size: 2 ** bits, prefetchable: kind !== "io" } as const;
      const mask = barMask(bar);
      const low = Number(mask & 0xffff_ffffn) + barType(bar);
      assertEquals(barSize(low, Number(mask >> 32n)), bar.size, `${kind} of 2^${bits}`);
    }
  }
});

Deno.test("barSize() takes ports of 16 bits, and tells 0 when there is no BAR", () => {
  assertEquals(barSize(0x0000_ffe1), 32);
  assertEquals(barSize(0), 0);
  assertEquals([barSize(0x4, 0), barSize(0xc, 0xffff_fff0), barSize(0x8, 0xffff_fff0)], [0, 2 ** 36, 0]);
  assertEquals([barSize(0x8000_0000), barSize(0x4, 0x8000_0000)], [2 ** 31, 2 ** 63]);
});

Deno.test("barsOf() reads the BARs of virtual functions, wherever they stand", () => {
  assertEquals(barsOf([0xfeb0_000c, 1, 0, 0xfeb2_0000, 0xffff_ffff, 0xfec0_0004]), [
    { index: 0, kind: "memory64", prefetchable: true, address: 0x1_feb0_0000n },
    { index: 3, kind: "memory32", prefetchable: false, address: 0xfeb2_0000n },
  ]);
  assertEquals(barsOf([]), []);
});
