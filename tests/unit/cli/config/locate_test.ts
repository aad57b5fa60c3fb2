import { assertEquals, assertThrows } from "@std/assert";
import { parseRegister } from "../../../../cli/config/expression.ts";
import { locate } from "../../../../cli/config/locate.ts";
import { EXIT, Refusal, UsageError } from "../../../../cli/errors.ts";

/** A device with two vendor-specific capabilities, at 0x40 and 0x50. */
function space(size: number, layout = 0): Uint8Array {
  const bytes = new Uint8Array(4096);
  bytes[0x06] = 0x10;
  bytes[0x0e] = layout;
  bytes[0x34] = 0x40;
  bytes.set([0x09, 0x50], 0x40);
  bytes.set([0x09, 0x00], 0x50);
  return bytes.slice(0, size);
}

function at(text: string, bytes: Uint8Array): number {
  return locate(bytes, parseRegister(text), "0000:01:00.0").at;
}

Deno.test("locate() counts from the capability that is meant", () => {
  assertEquals(at("CAP_VNDR+4.l", space(256)), 0x44);
  assertEquals(at("CAP_VNDR+4.l@1", space(256)), 0x54);
  assertEquals(at("a0.w", space(256)), 0xa0);
});

Deno.test("locate() says what a device does not have", () => {
  const missing = (text: string, bytes: Uint8Array, message: string) => {
    const error = assertThrows(() => at(text, bytes), Refusal, message);
    assertEquals(error.status, EXIT.failed);
  };
  missing("CAP_VNDR.l@2", space(256), "0000:01:00.0 has only 2 capability Vendor-Specific");
  missing("CAP_EXP+8.w", space(256), "0000:01:00.0 has no capability PCI Express");
  missing("ECAP7777.l", space(4096), "has no extended capability of id 0x7777");
  missing("SECONDARY_BUS", space(256), "has no SECONDARY_BUS: its header is of type 0");
  missing("BASE_ADDRESS_5", space(256, 1), "its header is of type 1");
  missing("100.l", space(256), "its config space ends at 0x100");
  assertThrows(() => at("CAP_VNDR+1.w", space(256)), UsageError, "no access of 16 bits begins");
});

Deno.test("locate() says that the right to read is missing, not the register", () => {
  for (const text of ["CAP_VNDR.l", "ECAP_AER+4.l", "a0.w"]) {
    const error = assertThrows(() => at(text, space(64)), Refusal, "this user may read 64 bytes of it");
    assertEquals(error.status, EXIT.permission);
  }
});
