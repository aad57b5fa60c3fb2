import { assertEquals } from "@std/assert";
import { decodeSerialNumber } from "../../../../pci/decode/serial_number.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeSerialNumber() prints bytes, highest first", () => {
  assertEquals(decodeSerialNumber(scopeOf({ 4: 0xff4a_3c52, 8: 0x001b_21ff })), {
    serialNumber: "00-1b-21-ff-ff-4a-3c-52",
  });
  assertEquals(decodeSerialNumber(scopeOf({ 4: 1 }, { size: 11 })), {});
});
