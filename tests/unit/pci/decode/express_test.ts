import { assertEquals } from "@std/assert";
import { decodeExpress } from "../../../../pci/decode/express.ts";
import { scopeOf } from "./scopes.ts";

/** The registers that a function of that type, version and slot has. */
function parts(type: number, version: number, slot = false): string[] {
  const capabilities = (slot ? 0x100 : 0) | (type << 4) | version;
  return Object.keys(decodeExpress(scopeOf({ 0: (capabilities << 16) | 0x10 })));
}

const ALL = ["capabilities", "deviceCapabilities", "deviceControl", "deviceStatus"];
const LINK = ["linkCapabilities", "linkControl", "linkStatus"];
const SLOT = ["slotCapabilities", "slotControl", "slotStatus", "slotPowerLimit"];
const ROOT = ["rootControl", "rootCapabilities", "rootStatus"];
const SECOND = ["deviceCapabilities2", "deviceControl2"];
const LINK_2 = ["linkCapabilities2", "linkControl2", "linkStatus2"];
const IN_SLOT = "deviceSlotPowerLimit";

Deno.test("decodeExpress() reads of each type what it has", () => {
  assertEquals(parts(0, 1), [...ALL, IN_SLOT, ...LINK]);
  assertEquals(parts(1, 1, true), [...ALL, ...LINK]);
  assertEquals(parts(4, 1, true), [...ALL, ...LINK, ...SLOT, ...ROOT]);
  assertEquals(parts(4, 1), [...ALL, ...LINK, ...ROOT]);
  assertEquals(parts(5, 1), [...ALL, IN_SLOT, ...LINK]);
  assertEquals(parts(6, 1, true), [...ALL, ...LINK, ...SLOT]);
  assertEquals(parts(7, 1), [...ALL, IN_SLOT, ...LINK]);
  assertEquals(parts(8, 1, true), [...ALL, ...LINK, ...SLOT]);
  assertEquals(parts(9, 1), ALL);
  assertEquals(parts(10, 1), [...ALL, ...ROOT]);
});

Deno.test("decodeExpress() reads the second half from version 2 on", () => {
  assertEquals(parts(0, 2), [...ALL, IN_SLOT, ...LINK, ...SECOND, ...LINK_2]);
  assertEquals(parts(9, 2), [...ALL, ...SECOND]);
  assertEquals(parts(6, 2, true), [...ALL, ...LINK, ...SLOT, ...SECOND, ...LINK_2, "slotCapabilities2"]);
});

Deno.test("decodeExpress() gives sizes in bytes, speeds in GT/s and power in watts", () => {
  const fields = decodeExpress(scopeOf({
    0: 0x0042_0010 | (1 << 24),
    4: 0x0000_8022,
    8: 0x0000_2810,
    12: 0x0303_f103,
    16: 0x3041_0008,
    20: (75 << 7) | (1 << 15),
    48: 0x0002,
  }));
  assertEquals(fields.capabilities?.type, "root port");
  assertEquals(fields.deviceCapabilities?.maxPayload, 512);
  assertEquals([fields.deviceControl?.maxPayload, fields.deviceControl?.maxReadRequest], [128, 512]);
  assertEquals([fields.linkCapabilities?.maxSpeed, fields.linkCapabilities?.maxWidth], [8, 16]);
  assertEquals([fields.linkStatus?.speed, fields.linkStatus?.width], [2.5, 4]);
  assertEquals(fields.linkControl?.readCompletionBoundary, 128);
  assertEquals(fields.slotPowerLimit, 7.5);
  assertEquals(fields.linkControl2?.targetSpeed, 5);
});

Deno.test("decodeExpress() says what is reserved, and leaves out what is cut off", () => {
  const { capabilities, deviceCapabilities } = decodeExpress(scopeOf({ 0: 0x00d2_0010, 4: 7 }));
  assertEquals([capabilities?.type, deviceCapabilities?.maxPayload], ["reserved 13", "reserved 7"]);
  const cut = scopeOf({ 0: 0x0002_0010 }, { size: 0x14 });
  assertEquals(Object.keys(decodeExpress(cut)), [...ALL, IN_SLOT, ...LINK]);
  assertEquals([cut.truncated, cut.length], [true, 0x34]);
  assertEquals(decodeExpress(scopeOf({}, { size: 2 })), {});
});
