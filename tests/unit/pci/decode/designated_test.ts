import { assertEquals } from "@std/assert";
import { decodeDesignated, decodeExtendedVendorSpecific } from "../../../../pci/decode/designated.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeExtendedVendorSpecific() takes the length that is stated, unless it is none", () => {
  const scope = scopeOf({ 4: 0x0401_0abc });
  assertEquals(decodeExtendedVendorSpecific(scope).header, { id: 0x0abc, revision: 1, length: 0x40 });
  assertEquals(scope.length, 0x40);
  const none = scopeOf({ 4: 0x0041_0abc });
  assertEquals([decodeExtendedVendorSpecific(none).header?.length, none.length], [4, 8]);
});

Deno.test("decodeDesignated() knows CXL's, and of all others what they say of themselves", () => {
  const cxl = decodeDesignated(scopeOf({ 4: 0x0100_1e98, 8: 0x0004_0009 }));
  assertEquals(cxl, {
    vendorId: 0x1e98,
    revision: 0,
    statedLength: 0x10,
    id: 9,
    cxl: { kind: "multiple logical devices", logicalDevices: 4 },
  });
  const other = scopeOf({ 4: 0x0101_8086, 8: 0x0004_0009 });
  assertEquals(decodeDesignated(other), { vendorId: 0x8086, revision: 1, statedLength: 0x10, id: 9 });
  assertEquals(other.length, 0x10);
});

Deno.test("decodeDesignated() reads nothing behind the stated length, and nothing into one that is none", () => {
  const short = decodeDesignated(scopeOf({ 4: 0x0102_1e98, 8: 0x0007_0007, 0x10: 5 }));
  assertEquals(short.cxl?.kind === "Flex Bus port" && Object.keys(short.cxl), [
    "kind",
    "capabilities",
    "control",
    "status",
  ]);
  assertEquals(decodeDesignated(scopeOf({ 4: 0x0040_1e98, 8: 9 })).cxl, undefined);
  const cut = scopeOf({ 4: 0xfff0_1e98, 8: 8 }, { size: 0x20 });
  const { cxl } = decodeDesignated(cut);
  assertEquals([cxl?.kind === "register locator" && cxl.blocks.length, cut.truncated], [2, true]);
  assertEquals(decodeDesignated(scopeOf({}, { size: 6 })), {});
});
