import { assertEquals } from "@std/assert";
import { ByteMemory } from "../../../../core/byte_memory.ts";
import { BRIDGE_HEADER, CARDBUS_HEADER } from "../../../../pci/bridge_header.ts";
import { bridgeWindows, cardBusWindows } from "../../../../pci/decode/bridge_windows.ts";
import { readFields } from "../../../../pci/decode/fields.ts";
import { space } from "../spaces.ts";

function bridge(words: Readonly<Record<number, number>>) {
  return bridgeWindows(readFields(new ByteMemory(space(64, words)), BRIDGE_HEADER, {}, 0, 64));
}

Deno.test("bridgeWindows() reads addresses of every width", () => {
  assertEquals(bridge({ 0x1c: 0x2010, 0x20: 0xfe20_fe00, 0x24: 0xd010_d000 }), [
    { kind: "io", addressBits: 16, base: "0x0000000000001000", limit: "0x0000000000002fff", open: true },
    { kind: "memory", addressBits: 32, base: "0x00000000fe000000", limit: "0x00000000fe2fffff", open: true },
    {
      kind: "prefetchable memory",
      addressBits: 32,
      base: "0x00000000d0000000",
      limit: "0x00000000d01fffff",
      open: true,
    },
  ]);
  const wide = bridge({ 0x1c: 0x2111, 0x24: 0xd011_d001, 0x28: 0x10, 0x2c: 0x11, 0x30: 0x0002_0001 });
  assertEquals(wide.map(({ base, limit }) => [base, limit]), [
    ["0x0000000000011000", "0x0000000000022fff"],
    ["0x0000000000000000", "0x00000000000fffff"],
    ["0x00000010d0000000", "0x00000011d01fffff"],
  ]);
});

Deno.test("bridgeWindows() says which are closed, and leaves out those that contradict themselves", () => {
  assertEquals(bridge({ 0x1c: 0x00f0, 0x20: 0x0000_fff0, 0x24: 0x0000_fff0 }).map(({ open }) => open), [
    false,
    false,
    false,
  ]);
  assertEquals(bridge({ 0x1c: 0x0110, 0x20: 0x0001_0000, 0x24: 0x0001_0000 }), []);
  assertEquals(bridge({ 0x1c: 0x0202, 0x20: 0x0001_0001, 0x24: 0x0002_0002 }), []);
});

Deno.test("cardBusWindows() reads two windows of each kind", () => {
  const words = {
    0x1c: 0xc000_0000,
    0x20: 0xc3ff_f000,
    0x24: 0xffff_f000,
    0x2c: 0x1000,
    0x30: 0x10fc,
    0x34: 0x0002_0001,
    0x38: 0x0002_00fc,
    0x3c: 0x0500_0000,
  };
  const memory = new ByteMemory(space(128, words));
  assertEquals(cardBusWindows(readFields(memory, CARDBUS_HEADER, {}, 0, 128)), [
    {
      kind: "prefetchable memory",
      addressBits: 32,
      base: "0x00000000c0000000",
      limit: "0x00000000c3ffffff",
      open: true,
    },
    { kind: "memory", addressBits: 32, base: "0x00000000fffff000", limit: "0x0000000000000fff", open: false },
    { kind: "io", addressBits: 16, base: "0x0000000000001000", limit: "0x00000000000010ff", open: true },
    { kind: "io", addressBits: 32, base: "0x0000000000020000", limit: "0x00000000000200ff", open: true },
  ]);
  assertEquals(cardBusWindows({}), []);
});
