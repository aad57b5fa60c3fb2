import { assertEquals } from "@std/assert";
import { ByteMemory } from "../../../../core/byte_memory.ts";
import { CAPABILITY, EXTENDED_CAPABILITY } from "../../../../pci/capability_ids_data.ts";
import { decodeCapability, decodeExtendedCapability, withLink } from "../../../../pci/decode/capability.ts";
import { space } from "../spaces.ts";

const FACTS = { headerLayout: 0, vendorId: 0, deviceId: 0 };

Deno.test("decodeCapability() knows every capability that has an id by its kind and name", () => {
  const memory = new ByteMemory(space(256));
  for (const [kind, id] of Object.entries(CAPABILITY)) {
    const decoded = decodeCapability(memory, { id, at: 0x40 }, FACTS);
    assertEquals([decoded.kind, decoded.id, decoded.at, typeof decoded.name], [kind, id, 0x40, "string"]);
  }
});

Deno.test("decodeExtendedCapability() knows every capability that has an id by its kind and name", () => {
  const memory = new ByteMemory(space(4096));
  for (const [kind, id] of Object.entries(EXTENDED_CAPABILITY)) {
    const decoded = decodeExtendedCapability(memory, { id, at: 0x100, version: 3 }, FACTS);
    assertEquals([decoded.kind, decoded.version, typeof decoded.name], [kind, 3, "string"]);
  }
});

Deno.test("decodeCapability() says no more of an unknown one than that it is there", () => {
  const memory = new ByteMemory(space(4096));
  assertEquals(decodeCapability(memory, { id: 0x7f, at: 0x40 }, FACTS), {
    id: 0x7f,
    at: 0x40,
    length: 2,
    fields: {},
  });
  assertEquals(decodeExtendedCapability(memory, { id: 0x7fff, at: 0x100, version: 1 }, FACTS), {
    id: 0x7fff,
    at: 0x100,
    version: 1,
    length: 4,
    fields: {},
  });
});

Deno.test("decodeCapability() marks one that is cut off, and only such", () => {
  const memory = new ByteMemory(space(256));
  const marks = [0xf8, 0xfc].map((at) => {
    const { length, truncated, fields } = decodeCapability(
      memory,
      { id: CAPABILITY.powerManagement, at },
      FACTS,
    );
    return [length, truncated, Object.keys(fields)];
  });
  assertEquals(marks, [
    [8, undefined, ["capabilities", "control", "bridge", "data"]],
    [8, true, ["capabilities"]],
  ]);
});

Deno.test("withLink() takes type and lanes from the PCI Express capability", () => {
  const memory = new ByteMemory(space(256, { 0x40: 0x0042_0010, 0x4c: 0x0000_0103 }));
  const express = decodeCapability(memory, { id: CAPABILITY.pciExpress, at: 0x40 }, FACTS);
  assertEquals(withLink(FACTS, [express]), { ...FACTS, port: "root port", lanes: 16 });
  assertEquals(withLink(FACTS, []), FACTS);
});
