import { assertEquals } from "@std/assert";
import { changedFields, fieldsAt, fieldText, valueText } from "../../../../cli/config/fields.ts";

/** A device with MSI at 0x40. */
function space(): Uint8Array {
  const bytes = new Uint8Array(256);
  bytes.set([0x34, 0x12, 0xe8, 0x11, 0x03, 0x01, 0x10, 0x00]);
  bytes[0x34] = 0x40;
  bytes.set([0x05, 0x00, 0x80, 0x00], 0x40);
  return bytes;
}

Deno.test("fieldsAt() gives the fields that a register holds, and no others", () => {
  const names = (at: number, width: number) => fieldsAt(space(), at, width).map((field) => fieldText(field));
  assertEquals(names(0x00, 16), ["vendorId=0x1234"]);
  assertEquals(names(0x42, 8), [
    "control.enable-",
    "control.multipleMessageCapable=1",
    "control.multipleMessageEnable=1",
    "control.address64+",
  ]);
  assertEquals(names(0x80, 32), []);
  assertEquals(names(0x0e, 8), ["headerType.layout=0", "headerType.multiFunction-"]);
  assertEquals(names(0x40, 8), []);
});

Deno.test("changedFields() names what differs, also what is there on one side only", () => {
  const after = space();
  after[0x04] = 0x07;
  after[0x12] = 0x10;
  assertEquals(changedFields(space(), after), [
    { owner: "header", name: "command.busMaster", before: false, after: true },
    { owner: "bar0", name: "kind", before: undefined, after: "memory32" },
    { owner: "bar0", name: "prefetchable", before: undefined, after: false },
    { owner: "bar0", name: "address", before: undefined, after: "0x0000000000100000" },
  ]);
  assertEquals(changedFields(space(), space()), []);
});

Deno.test("valueText() writes a bit as lspci does", () => {
  assertEquals([true, false, 2.5, "128 ns", undefined].map(valueText), ["+", "-", "2.5", "128 ns", "absent"]);
});
