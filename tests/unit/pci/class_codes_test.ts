import { assertEquals, assertThrows } from "@std/assert";
import { className } from "../../../pci/class_codes.ts";
import { BASE_CLASSES, INTERFACES, SUBCLASSES } from "../../../pci/class_codes_data.ts";

Deno.test("className() names the programming interface where it says something", () => {
  assertEquals(className(0x010802), "NVM Express controller");
  assertEquals(className(0x0c0330), "xHCI USB controller");
  assertEquals(className(0x010601), "AHCI SATA controller");
});

Deno.test("className() names the subclass when the interface has no name, and the base class when that has none", () => {
  assertEquals(className(0x020000), "Ethernet controller");
  assertEquals(className(0x0c03aa), "USB controller");
  assertEquals(className(0x02ff00), "Network controller");
  assertEquals(className(0x00ff00), "Unclassified device");
  assertEquals(className(0xff0000), "Device of no class");
});

Deno.test("className() gives undefined for a base class without a name", () => {
  assertEquals([0x140000, 0x3f0000, 0xfe0000].map(className), [undefined, undefined, undefined]);
});

Deno.test("className() refuses what has not 24 bits", () => {
  for (const code of [-1, 0x100_0000, 0.5, NaN, "0" as unknown as number]) {
    assertThrows(() => className(code), TypeError, "as a class code");
  }
});

Deno.test("BASE_CLASSES, SUBCLASSES and INTERFACES are a tree without orphans", () => {
  assertEquals([...SUBCLASSES.keys()].filter((code) => !BASE_CLASSES.has(code >> 8)), []);
  assertEquals([...INTERFACES.keys()].filter((code) => !SUBCLASSES.has(code >> 8)), []);
});
