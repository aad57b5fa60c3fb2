import { assertEquals } from "@std/assert";
import { ByteMemory } from "../../../../core/byte_memory.ts";
import { registers } from "../../../../core/registers.ts";
import type { RegisterMap } from "../../../../core/registers.ts";
import * as channels from "../../../../pci/decode/channel_data.ts";
import * as conventional from "../../../../pci/decode/conventional_data.ts";
import * as cxl from "../../../../pci/decode/cxl_data.ts";
import * as designated from "../../../../pci/decode/designated_data.ts";
import * as errors from "../../../../pci/decode/error_data.ts";
import * as express from "../../../../pci/decode/express_data.ts";
import * as hyperTransport from "../../../../pci/decode/hyper_transport_data.ts";
import * as flits from "../../../../pci/decode/flit_data.ts";
import { decodeNothing, layout } from "../../../../pci/decode/layout.ts";
import * as pciX from "../../../../pci/decode/pci_x_data.ts";
import * as physical from "../../../../pci/decode/physical_data.ts";
import * as power from "../../../../pci/decode/power_data.ts";
import * as rootComplex from "../../../../pci/decode/root_complex_data.ts";
import * as routing from "../../../../pci/decode/routing_data.ts";
import * as security from "../../../../pci/decode/security_data.ts";
import { BRIDGE_HEADER, CARDBUS_HEADER } from "../../../../pci/bridge_header.ts";
import { scopeOf } from "./scopes.ts";

/** What is declared, by module and name: maps, and what their fields mean. */
const DECLARED = Object.entries({
  headers: { BRIDGE_HEADER, CARDBUS_HEADER },
  channels,
  conventional,
  cxl,
  designated,
  errors,
  express,
  flits,
  hyperTransport,
  pciX,
  physical,
  power,
  rootComplex,
  routing,
  security,
}).flatMap(([module, exports]) =>
  Object.entries(exports as Readonly<Record<string, unknown>>)
    .filter((each): each is [string, RegisterMap] => typeof each[1] === "object")
    .map(([name, map]) => ({ name: `${module}.${name}`, map, exports }))
);
const MAPS = DECLARED.filter(({ name }) => !name.endsWith("_MEANINGS"));

Deno.test("layout() reads what its map says, and decodeNothing() nothing", () => {
  const map = { version: { at: 4, width: 16, fields: { major: [15, 8], minor: [7, 0] } } } as const;
  assertEquals(layout(map)(scopeOf({ 4: 0x0102 })), { version: { major: 1, minor: 2 } });
  assertEquals(layout(map, { version: { major: ["none", "one"] } })(scopeOf({ 4: 0x0102 })), {
    version: { major: "one", minor: 2 },
  });
  const scope = scopeOf({ 4: 1 });
  assertEquals([decodeNothing(scope), scope.length], [{}, 0]);
});

Deno.test("the maps can be laid over a config space wherever a capability begins", () => {
  assertEquals(MAPS.length > 60, true);
  for (const { map } of MAPS) {
    for (const base of [0x40, 0x44]) registers(new ByteMemory(new Uint8Array(0x100)), map, base);
  }
});

Deno.test("the maps have every byte in one register, and every bit in one field", () => {
  // What two fields of the same bits say: the first feature has a name of its own.
  const overlapping = ["physical.DATA_LINK_FEATURE"];
  for (const { name, map } of MAPS.filter(({ name }) => !overlapping.includes(name))) {
    const bytes = Object.values(map).flatMap(({ at, width }) =>
      Array.from({ length: width / 8 }, (_, index) => at + index)
    );
    assertEquals(new Set(bytes).size, bytes.length, name);
    for (const [register, { fields = {} }] of Object.entries(map)) {
      const bits = Object.values(fields).flatMap((field) => {
        const [msb, lsb] = typeof field === "number" ? [field, field] : field;
        return Array.from({ length: msb - lsb + 1 }, (_, index) => lsb + index);
      });
      assertEquals(new Set(bits).size, bits.length, `${name}.${register}`);
    }
  }
});

Deno.test("the maps have a register for each meaning, and no 64-bit one, which no config access has", () => {
  for (const { name, map } of DECLARED.filter(({ name }) => name.endsWith("_MEANINGS"))) {
    const family = name.replace(/_MEANINGS$/, "");
    const named = MAPS.filter((each) => each.exports === DECLARED.find((one) => one.name === name)?.exports);
    for (const [register, meanings] of Object.entries(map as unknown as Record<string, object>)) {
      const fields = named.flatMap((each) => Object.keys(each.map[register]?.fields ?? {}));
      assertEquals(
        Object.keys(meanings).filter((field) => !fields.includes(field)),
        [],
        `${family}.${register}`,
      );
    }
  }
  for (const { name, map } of MAPS) {
    assertEquals(Object.values(map).some(({ width }) => width === 64), false, name);
  }
});
