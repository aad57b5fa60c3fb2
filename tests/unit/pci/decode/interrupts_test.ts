import { assertEquals } from "@std/assert";
import { decodeMsiFields, decodeMsixFields } from "../../../../pci/decode/interrupts.ts";
import { scopeOf } from "./scopes.ts";

Deno.test("decodeMsiFields() finds each register where the width of addresses puts it", () => {
  const control = {
    enable: true,
    multipleMessageCapable: 8,
    multipleMessageEnable: 4,
    address64: false,
    perVectorMasking: true,
  } as const;
  const narrow = scopeOf({ 0: 0x0127_0005, 4: 0xfee0_0000, 8: 0x4021, 12: 2, 16: 4 });
  assertEquals(decodeMsiFields(narrow), {
    control,
    address: "0x00000000fee00000",
    data: 0x4021,
    mask: 2,
    pending: 4,
  });
  assertEquals(narrow.length, 20);
  const wide = scopeOf({ 0: 0x01a7_0005, 4: 0xfee0_0000, 8: 1, 12: 0x4021, 16: 2, 20: 4 });
  assertEquals(decodeMsiFields(wide), {
    control: { ...control, address64: true },
    address: "0x00000001fee00000",
    data: 0x4021,
    mask: 2,
    pending: 4,
  });
  assertEquals(wide.length, 24);
});

Deno.test("decodeMsiFields() reads no mask where there is none, and no address of which half is cut off", () => {
  const plain = scopeOf({ 0: 0x0080_0005, 4: 0xfee0_0000, 8: 1, 12: 0x4021 });
  assertEquals(Object.keys(decodeMsiFields(plain)), ["control", "address", "data"]);
  assertEquals(plain.length, 14);
  const cut = scopeOf({ 0: 0x0080_0005, 4: 0xfee0_0000 }, { size: 8 });
  assertEquals(Object.keys(decodeMsiFields(cut)), ["control"]);
  assertEquals(cut.truncated, true);
  assertEquals(decodeMsiFields(scopeOf({}, { size: 2 })), {});
});

Deno.test("decodeMsixFields() gives places in BARs, in bytes", () => {
  const scope = scopeOf({ 0: 0xc009_0011, 4: 0x2003, 8: 0x3004 });
  assertEquals(decodeMsixFields(scope), {
    control: { enable: true, functionMask: true, vectors: 10 },
    table: { bar: 3, offset: 0x2000 },
    pending: { bar: 4, offset: 0x3000 },
  });
  assertEquals(decodeMsixFields(scopeOf({ 0: 0x07ff_0011 }, { size: 11 })), {
    control: { enable: false, functionMask: false, vectors: 2048 },
    table: { bar: 0, offset: 0 },
  });
});
