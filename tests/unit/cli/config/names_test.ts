import { assertEquals } from "@std/assert";
import { lookUp, REGISTER_NAMES } from "../../../../cli/config/names.ts";

Deno.test("REGISTER_NAMES has what setpci --dumpregs lists below its title, each once", () => {
  assertEquals(REGISTER_NAMES.length, 127);
  assertEquals(new Set(REGISTER_NAMES).size, 127);
});

Deno.test("lookUp() finds registers where setpci has them, for the headers that have them", () => {
  const places: Readonly<
    Record<string, readonly [number, number | undefined, readonly number[] | undefined]>
  > = {
    VENDOR_ID: [0x00, 16, undefined],
    REVISION: [0x08, 8, undefined],
    CLASS_PROG: [0x09, 8, undefined],
    CLASS_DEVICE: [0x0a, 16, undefined],
    BASE_ADDRESS_1: [0x14, 32, [0, 1]],
    BASE_ADDRESS_5: [0x24, 32, [0]],
    SUBSYSTEM_ID: [0x2e, 16, [0]],
    CAPABILITIES: [0x34, 8, [0, 1]],
    SECONDARY_BUS: [0x19, 8, [1]],
    BRIDGE_CONTROL: [0x3e, 16, [1]],
    CB_IO_LIMIT_1_HI: [0x3a, 16, [2]],
    CB_LEGACY_MODE_BASE: [0x44, 32, [2]],
  };
  for (const [name, [at, width, layouts]] of Object.entries(places)) {
    const base = lookUp(name);
    assertEquals([base?.at, base?.width, base?.layouts], [at, width, layouts], name);
  }
});

Deno.test("lookUp() finds each capability by the id that setpci prints", () => {
  const ids = {
    CAP_PM: 0x01,
    CAP_EXP: 0x10,
    CAP_EA: 0x14,
    ECAP_AER: 0x01,
    ECAP_SRIOV: 0x10,
    ECAP_64GT: 0x31,
  };
  for (const [name, id] of Object.entries(ids)) assertEquals(lookUp(name)?.id, id, name);
});
