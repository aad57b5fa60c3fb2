import { assertEquals } from "@std/assert";
import { scaled, slotPower } from "../../../../pci/decode/quantities.ts";

Deno.test("slotPower() multiplies, and knows the values above 239 W", () => {
  assertEquals([slotPower(75, 0), slotPower(250, 1), slotPower(251, 2), slotPower(5, 3)], [
    75,
    25,
    2.51,
    0.005,
  ]);
  assertEquals([slotPower(0xef, 0), slotPower(0xf0, 0), slotPower(0xfe, 0), slotPower(0xff, 0)], [
    239,
    250,
    600,
    ">600",
  ]);
  assertEquals(slotPower(0xff, 1), 25.5);
});

Deno.test("scaled() gives nothing for a scale that is reserved", () => {
  assertEquals([scaled(3, 32), scaled(3, "reserved 6")], [96, undefined]);
});
