import { assert, assertEquals } from "@std/assert";
import { decodeConfig } from "../../../pci/decode/config.ts";
import { capabilityRegisters, headerRegisters } from "../../../views/config_registers.ts";
import { configOf, sampleHost } from "./sample.ts";

function names(map: object | undefined): string[] {
  return Object.keys(map ?? {});
}

Deno.test("headerRegisters() knows the headers of devices, bridges and CardBus bridges, and what all share", () => {
  const bytes = new Uint8Array(64);
  const maps = [0, 1, 2, 3].map((layout) => {
    bytes[0x0e] = 0x80 | layout;
    return names(headerRegisters(bytes));
  });
  for (const map of maps) assert(map.includes("command"));
  assertEquals(maps.map((map) => map.includes("bar5")), [true, false, false, false]);
  assertEquals(maps.map((map) => map.includes("ioBase")), [false, true, false, false]);
  assertEquals(maps.map((map) => map.length > 10), [true, true, true, false]);
});

Deno.test("capabilityRegisters() tells the parts of PCI Express that a function has", () => {
  const express = ["0000:00:05.0", "0000:00:06.0"].map((address) => {
    const bytes = configOf(sampleHost(), address);
    const capability = decodeConfig(bytes).capabilities.find(({ kind }) => kind === "pciExpress");
    assert(capability !== undefined);
    return names(capabilityRegisters(bytes, capability));
  });
  assertEquals(express.map((map) => map.includes("deviceControl")), [true, true]);
  assertEquals(express.map((map) => map.includes("linkControl")), [false, true]);
  assertEquals(express.map((map) => map.includes("rootControl")), [false, true]);
});

Deno.test("capabilityRegisters() tells MSI's by the width of its address and its masks", () => {
  const bytes = new Uint8Array(64);
  const maps = [[0, 0], [0x80, 0], [0, 1], [0x80, 1]].map((control) => {
    bytes.set(control, 0x2a);
    return names(capabilityRegisters(bytes, { kind: "msi", at: 0x28, fields: {} }));
  });
  assertEquals(maps, [
    ["control", "address", "data"],
    ["control", "address", "upperAddress", "data"],
    ["control", "address", "data", "mask", "pending"],
    ["control", "address", "upperAddress", "data", "mask", "pending"],
  ]);
});

Deno.test("capabilityRegisters() knows none of what nobody decodes", () => {
  for (const kind of [undefined, "hyperTransport", "constructor"]) {
    const map = capabilityRegisters(new Uint8Array(64), { kind, at: 0x40, fields: {} });
    assertEquals(names(map), []);
  }
});
