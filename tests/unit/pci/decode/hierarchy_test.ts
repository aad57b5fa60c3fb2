import { assertEquals } from "@std/assert";
import { decodeHierarchyId, decodeShadowFunctions } from "../../../../pci/decode/hierarchy.ts";
import {
  SYSTEM_FIRMWARE_INTERMEDIARY,
  SYSTEM_FIRMWARE_INTERMEDIARY_MEANINGS,
} from "../../../../pci/decode/hierarchy_data.ts";
import { scopeOf } from "./scopes.ts";

const GUID = { 0x0c: 0xffff_0a0b, 0x10: 0x0c0d_0e0f, 0x14: 0x1011_1213, 0x18: 1, 0x1c: 0x8000_0002 };

Deno.test("decodeHierarchyId() puts the system's GUID together", () => {
  const scope = scopeOf({ 4: 0x9000_0108, 8: 0x1234_0001, ...GUID });
  assertEquals(decodeHierarchyId(scope), {
    status: {
      messageRequesterId: 0x108,
      writeable: true,
      vfConfigurable: false,
      pending: false,
      valid: true,
    },
    data: { authorityId: 1, hierarchyId: 0x1234 },
    systemGuid: "0a0b0c0d0e0f101112130000000180000002",
  });
  assertEquals([scope.length, scope.truncated], [0x20, false]);
  const { 0x1c: _, ...part } = GUID;
  const cut = scopeOf({ 4: 0x9000_0108, ...part }, { size: 0x1c });
  assertEquals(["systemGuid" in decodeHierarchyId(cut), cut.truncated], [false, true]);
});

Deno.test("System Firmware Intermediary tells what a port filters, and what is there", () => {
  const scope = scopeOf({ 4: 0x0261_0001, 8: 0x0000_002a, 0x0c: 0xf123_4567, 0x10: 9 });
  const { capability, control, status, accessAddress, accessData } = scope.read(
    SYSTEM_FIRMWARE_INTERMEDIARY,
    SYSTEM_FIRMWARE_INTERMEDIARY_MEANINGS,
  );
  assertEquals(capability, { outOfBandPresence: true });
  assertEquals([
    control?.presenceMask,
    control?.filter,
    control?.hotPlugSurpriseSuppress,
    control?.drsTrigger,
  ], [
    true,
    "configuration requests",
    true,
    true,
  ]);
  assertEquals([status?.presence, status?.outOfBandPresence, status?.linkActive, status?.drsReceived], [
    false,
    true,
    true,
    true,
  ]);
  assertEquals([accessAddress?.address, accessData, scope.length], [0x123_4567, 9, 0x14]);
});

Deno.test("decodeShadowFunctions() lists one more than the register counts, as far as they are there", () => {
  const words = { 4: 1, 8: 1, 0x0c: 0xffff_0001 };
  const scope = scopeOf({ ...words, 0x10: 0x0000_fffe });
  assertEquals(decodeShadowFunctions(scope), { control: { enable: true }, shadows: [1, 0xfffe] });
  assertEquals(scope.length, 0x14);
  const cut = scopeOf(words, { size: 0x10 });
  assertEquals([decodeShadowFunctions(cut).shadows, cut.truncated], [[1], true]);
  assertEquals(decodeShadowFunctions(scopeOf({}, { size: 4 })), { shadows: [] });
});
