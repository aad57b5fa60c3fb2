import { assertEquals, assertThrows } from "@std/assert";
import { addressParts, formatAddress, isAddress, parseAddress } from "../../../pci/address.ts";

const FOREIGN: readonly unknown[] = [
  "",
  "0000:00:04",
  "00:04",
  "0000:00:04.8",
  "0000:00:20.0",
  "0000:00:4.0",
  "0000:0:04.0",
  "000:00:04.0",
  "123456789:00:04.0",
  "0000:00:04.00",
  "0000:00:04.0\n",
  "\n0000:00:04.0",
  " 0000:00:04.0",
  "0000:00:04.0 ",
  "../0000:00:04.0",
  "0000:00:04.0/../../x",
  "0000:00:04.0\0",
  "0000:00:04\u2024\u0660",
  "0x00:04.0",
  "g000:00:04.0",
  "0000:00:04.0".repeat(100_000),
  undefined,
  null,
  4,
  ["0000:00:04.0"],
  new String("0000:00:04.0"),
];

Deno.test("parseAddress() gives the form in which the kernel writes addresses", () => {
  const same = ["0000:00:04.0", "ffff:ff:1f.7", "10000:e1:00.0", "ffffffff:00:00.0"];
  assertEquals(same.map(parseAddress), same);
  assertEquals(parseAddress("0000:AF:1E.3"), "0000:af:1e.3");
});

Deno.test("parseAddress() drops zeros that lead beyond four digits of the domain", () => {
  assertEquals(parseAddress("00000000:00:04.0"), "0000:00:04.0");
  assertEquals(parseAddress("00010000:00:04.0"), "10000:00:04.0");
  assertEquals(parseAddress("00abc:00:04.0"), "0abc:00:04.0");
});

Deno.test("parseAddress() takes an address without a domain for one of domain 0000", () => {
  assertEquals(parseAddress("3b:00.1"), "0000:3b:00.1");
});

Deno.test("parseAddress() refuses all else", () => {
  for (const text of FOREIGN) {
    const error = assertThrows(
      () => parseAddress(text as string),
      TypeError,
      "as a PCI address: 0000:00:04.0 is",
    );
    assertEquals(error.message.length < 150, true);
    assertEquals(isAddress(text as string), false);
  }
  assertThrows(
    () => parseAddress("../x\n"),
    TypeError,
    'Cannot use "../x\\n" as a PCI address: 0000:00:04.0 is the form',
  );
});

Deno.test("isAddress() tells what parseAddress() takes", () => {
  assertEquals(["0000:00:04.0", "00:04.0", "00010000:00:04.0"].map(isAddress), [true, true, true]);
});

Deno.test("addressParts() and formatAddress() are each other's inverse", () => {
  assertEquals(addressParts("10000:e1:1f.7"), { domain: 0x10000, bus: 0xe1, device: 0x1f, function: 7 });
  for (const address of ["0000:00:00.0", "0001:02:03.4", "ffffffff:ff:1f.7"]) {
    assertEquals(formatAddress(addressParts(address)), address);
  }
});

Deno.test("formatAddress() refuses numbers that no address has", () => {
  const good = { domain: 0, bus: 0, device: 4, function: 0 };
  const bad = [
    { domain: 2 ** 32 },
    { bus: 256 },
    { device: 32 },
    { function: 8 },
    { bus: -1 },
    { bus: 0.5 },
    { bus: NaN },
  ];
  for (const part of bad) {
    assertThrows(() => formatAddress({ ...good, ...part }), TypeError, "of a PCI address");
  }
});
