import { assertEquals } from "@std/assert";
import { findPowerControl, refusalOf } from "../../backends/linux/decoding.ts";
import { configMemory } from "../../pci/config_bytes.ts";
import type { Memory } from "../../core/memory.ts";
import "./holdings.ts";

const POWER_MANAGEMENT = 0x01;
const MSI = 0x05;

/** A config space whose Memory Space is on, with capabilities where they are said to be, in that order. */
function configWith(...capabilities: readonly (readonly [at: number, id: number])[]): Memory {
  const config = configMemory(new Uint8Array(256));
  config.write16(0x04, 0x0002);
  config.write16(0x06, 0x0010);
  config.write8(0x34, capabilities[0]?.[0] ?? 0);
  capabilities.forEach(([at, id], i) => {
    config.write8(at, id);
    config.write8(at + 1, capabilities[i + 1]?.[0] ?? 0);
  });
  return config;
}

Deno.test("findPowerControl() finds PMCSR wherever the capability is", () => {
  for (const at of [0x40, 0x44, 0x98, 0xf8]) {
    assertEquals(findPowerControl(configWith([at, POWER_MANAGEMENT])), at + 4);
    assertEquals(findPowerControl(configWith([0x50, MSI], [at, POWER_MANAGEMENT])), at + 4);
  }
  assertEquals(findPowerControl(configWith([0xf0, MSI], [0x60, 0x10], [0x40, POWER_MANAGEMENT])), 0x44);
});

Deno.test("findPowerControl() gives undefined for a device without power management", () => {
  assertEquals(findPowerControl(configWith()), undefined);
  assertEquals(findPowerControl(configWith([0x40, MSI], [0x50, 0x10])), undefined);
});

Deno.test("findPowerControl() believes no list that Status says is not there", () => {
  const config = configWith([0x40, POWER_MANAGEMENT]);
  config.write16(0x06, 0);
  assertEquals(findPowerControl(config), undefined);
});

Deno.test("findPowerControl() ends in a list that is a ring", () => {
  const ring = configWith([0x40, MSI], [0x50, 0x10]);
  ring.write8(0x51, 0x40);
  assertEquals(findPowerControl(ring), undefined);
  const itself = configWith([0x40, MSI]);
  itself.write8(0x41, 0x40);
  assertEquals(findPowerControl(itself), undefined);
});

Deno.test("findPowerControl() ends at a pointer that leads into the header, or to what nobody answers", () => {
  for (const next of [0x04, 0x3c, 0xfc]) {
    const config = configWith([0x40, MSI]);
    config.write8(0x41, next);
    config.write32(0xfc, 0xffff_ffff);
    assertEquals(findPowerControl(config), undefined);
  }
});

Deno.test("refusalOf() refuses while Command's Memory Space is off, whatever else is on", () => {
  const config = configWith();
  const layout = { powerControl: undefined, always: false };
  assertEquals(refusalOf(config, layout), undefined);
  config.write16(0x04, 0xffff & ~0x0002);
  assertEquals(refusalOf(config, layout), "memory decoding is off");
  config.write16(0x04, 0x0002);
  assertEquals(refusalOf(config, layout), undefined);
});

Deno.test("refusalOf() does not ask a virtual function for Memory Space: it has none of its own", () => {
  const config = configWith();
  config.write16(0x04, 0);
  assertEquals(refusalOf(config, { powerControl: undefined, always: true }), undefined);
});

Deno.test("refusalOf() refuses in D3hot, and in no other power state", () => {
  const config = configWith([0x40, POWER_MANAGEMENT]);
  for (const always of [false, true]) {
    for (
      const [control, refusal] of [[0, undefined], [1, undefined], [2, undefined], [
        3,
        "it is in D3hot",
      ]] as const
    ) {
      for (const others of [0, 0x8108]) {
        config.write16(0x44, control | others);
        assertEquals(refusalOf(config, { powerControl: 0x44, always }), refusal);
      }
    }
  }
});

Deno.test("refusalOf() takes nothing for PMCSR on a device without power management", () => {
  const config = configWith();
  config.write16(0x44, 3);
  assertEquals(refusalOf(config, { powerControl: undefined, always: false }), undefined);
});

Deno.test("refusalOf() asks what kind of function it is only when Memory Space is off", () => {
  let asked = 0;
  const layout = {
    powerControl: undefined,
    get always() {
      asked++;
      return true;
    },
  };
  const config = configWith();
  assertEquals([refusalOf(config, layout), asked], [undefined, 0]);
  config.write16(0x04, 0);
  assertEquals([refusalOf(config, layout), asked], [undefined, 1]);
});
