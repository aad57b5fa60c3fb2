import { assertEquals } from "@std/assert";
import { decodeHyperTransport } from "../../../../pci/decode/hyper_transport.ts";
import { scopeOf } from "./scopes.ts";

function of(command: number, words: Readonly<Record<number, number>> = {}) {
  const scope = scopeOf({ 0: (command << 16) | 8, ...words });
  return { fields: decodeHyperTransport(scope), length: scope.length };
}

Deno.test("decodeHyperTransport() tells types of three bits from types of five", () => {
  const types = [
    0x0000,
    0x1fff,
    0x2000,
    0x3fff,
    0x4000,
    0x8000,
    0x8800,
    0x9000,
    0x9800,
    0xa000,
    0xa800,
    0xb000,
  ]
    .map((command) => of(command).fields.type);
  assertEquals(types, [
    "primary interface",
    "primary interface",
    "secondary interface",
    "secondary interface",
    "switch",
    "interrupt configuration",
    "revision",
    "UnitID clumping",
    "extended configuration",
    "address mapping",
    "MSI mapping",
    "DirectRoute",
  ]);
  const others = [0xb800, 0xc000, 0xc800, 0xd000, 0xd800, 0xe000, 0x6000, 0xf800].map((command) =>
    of(command).fields.type
  );
  assertEquals(others, [
    "VCSet",
    "retry mode",
    "X86",
    "Gen3",
    "function extension",
    "power management",
    "reserved 12",
    "reserved 31",
  ]);
  assertEquals(decodeHyperTransport(scopeOf({}, { size: 3 })), {});
});

Deno.test("decodeHyperTransport() reads of a primary interface what its revision has", () => {
  const old = of(0x0040, { 12: 0x11, 4: 0x0011_0000 });
  assertEquals([old.length, "linkFrequency0" in old.fields], [13, false]);
  const { fields, length } = of(0x0040, { 12: 0x8000_0260 | 0, 16: 0x13 });
  assertEquals(length, 27);
  if (fields.type !== "primary interface") throw new TypeError(fields.type);
  assertEquals(fields.command?.unitCount, 2);
  assertEquals(fields.linkFrequency0?.frequency, "400 MHz");
  assertEquals(fields.linkFrequencies0?.vendorSpecific, true);
  assertEquals(fields.features?.ldtstop, true);
});

Deno.test("decodeHyperTransport() reads the extended registers of a secondary interface where it has them", () => {
  assertEquals(of(0x2000, { 8: 0x22, 12: 0x0000 }).length, 14);
  assertEquals(of(0x2000, { 8: 0x22, 12: 0x0100 }).length, 22);
  assertEquals(of(0x2000, { 8: 0x21, 12: 0x0100 }).length, 9);
});

Deno.test("decodeHyperTransport() gives the address of an MSI mapping that is not fixed", () => {
  const words = { 4: 0xfeef_ffff, 8: 1 };
  assertEquals(of(0xa801, words).fields, {
    type: "MSI mapping",
    command: { enable: true, fixed: false },
    address: "0x00000001fee00000",
  });
  assertEquals(of(0xa803, words).fields, { type: "MSI mapping", command: { enable: true, fixed: true } });
});
