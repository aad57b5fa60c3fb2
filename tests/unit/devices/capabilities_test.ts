import { assertEquals, assertThrows } from "@std/assert";
import {
  errorReporting,
  express,
  msi,
  msix,
  powerManagement,
  serialNumber,
  vendorSpecific,
} from "../../../devices/capabilities.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import type { CapabilityDeclaration } from "../../../devices/config_space.ts";

const IDENTITY = { vendor: 0x1234, device: 0x5678, classCode: 0xff0000 } as const;

/** Words of a capability at 0x40, before and after all ones are written. */
function words(declaration: CapabilityDeclaration): { before: number[]; after: number[] } {
  const space = new ConfigSpace(IDENTITY).capability(declaration);
  const offsets = Array.from({ length: (declaration.body.length + 2) / 4 }, (_, i) => 0x40 + 4 * i);
  const before = offsets.map((at) => space.read(at, 32));
  for (const at of offsets) space.write(at, 32, 0xffff_ffff);
  return { before, after: offsets.map((at) => space.read(at, 32)) };
}

Deno.test("msi() declares one 64-bit vector, of which Enable, address and data can be written", () => {
  const { before, after } = words(msi());
  assertEquals(before, [0x0080_0005, 0, 0]);
  assertEquals(after, [0x00f1_0005, 0xffff_fffc, 0xffff_ffff]);
  assertEquals(msi().body.length, 12);
});

Deno.test("msi() declares more vectors, 32-bit addresses and masks", () => {
  assertEquals(words(msi({ vectors: 8, address64: false, maskable: true })), {
    before: [0x0106_0005, 0, 0, 0, 0],
    after: [0x0177_0005, 0xffff_fffc, 0x0000_ffff, 0xff, 0],
  });
  const wide = msi({ vectors: 32, maskable: true });
  assertEquals([wide.body.length, words(wide).after.at(-2), words(wide).after.at(-1)], [22, 0xffff_ffff, 0]);
  for (const vectors of [0, 3, 64, -1, 1.5]) assertThrows(() => msi({ vectors }), RangeError, "power of two");
});

Deno.test("msix() declares a table and pending bits, of which only Enable and Mask can be written", () => {
  assertEquals(words(msix({ vectors: 65, bar: 2, table: 0x2000, pba: 0x3000, pbaBar: 4 })), {
    before: [0x0040_0011, 0x2002, 0x3004],
    after: [0xc040_0011, 0x2002, 0x3004],
  });
  assertEquals(words(msix({ vectors: 2048, bar: 0 })).before, [0x07ff_0011, 0, 0x8000]);
});

Deno.test("msix() refuses what the capability cannot carry", () => {
  for (const vectors of [0, 2049, 1.5]) assertThrows(() => msix({ vectors, bar: 0 }), RangeError, "vectors");
  for (const bar of [-1, 6, 0.5]) assertThrows(() => msix({ vectors: 1, bar }), RangeError, "table");
  for (const table of [4, -8, 0.5, 2 ** 32]) {
    assertThrows(() => msix({ vectors: 1, bar: 0, table }), RangeError, "table");
  }
  assertThrows(() => msix({ vectors: 1, bar: 0, pba: 12 }), RangeError, "pending bits");
  assertThrows(() => msix({ vectors: 1, bar: 0, pbaBar: 7 }), RangeError, "pending bits");
});

Deno.test("powerManagement() lets the power state be written", () => {
  assertEquals(words(powerManagement()), { before: [0x0003_0001, 0x8], after: [0x0003_0001, 0xb] });
  const soft = powerManagement({ noSoftReset: false, capabilities: 0x22 });
  assertEquals(words(soft).before, [0x0022_0001, 0]);
});

Deno.test("express() declares types and versions, and FLR where there is one", () => {
  const plain = words(express());
  assertEquals([plain.before.length, plain.before[0], plain.before[1]], [15, 0x0002_0010, 0x8000]);
  assertEquals(plain.after[2], 0x000f);
  const flr = words(express({ type: 9, flr: true }));
  assertEquals([flr.before[0], flr.before[1], flr.after[2]], [0x0092_0010, 0x1000_8000, 0x800f]);
  assertEquals(express({ version: 1, type: 4 }).body.length, 0x12);
  assertEquals(words(express({ version: 1, type: 4 })).before[0], 0x0041_0010);
});

Deno.test("errorReporting() and serialNumber() are extended capabilities", () => {
  const space = new ConfigSpace(IDENTITY).capability(express())
    .extendedCapability(errorReporting())
    .extendedCapability(serialNumber(0x0123_4567_89ab_cdefn));
  assertEquals([space.read(0x100, 32), space.read(0x140, 32)], [0x1402_0001, 0x0001_0003]);
  assertEquals([space.read(0x144, 32), space.read(0x148, 32)], [0x89ab_cdef, 0x0123_4567]);
  assertEquals([space.read(0x10c, 32), space.read(0x114, 32), space.read(0x118, 32)], [
    0x0046_2030,
    0xe000,
    0xa0,
  ]);
  space.set(0x104, 32, 0x10);
  space.write(0x104, 32, 0x10);
  assertEquals(space.read(0x104, 32), 0);
});

Deno.test("vendorSpecific() says how long it is", () => {
  const space = new ConfigSpace(IDENTITY).capability(vendorSpecific(new Uint8Array([1, 2, 3]), { at: 0x50 }));
  assertEquals([space.read(0x50, 32), space.read(0x54, 16)], [0x0106_0009, 0x0302]);
});
