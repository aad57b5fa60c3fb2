import { assert, assertEquals } from "@std/assert";
import { reportCapabilities } from "../../../views/report_capabilities.ts";
import { header, nonsense, space } from "../pci/spaces.ts";
import { configOf, sampleHost } from "./sample.ts";

Deno.test("reportCapabilities() decodes both lists, each capability with its place and length", () => {
  const found = reportCapabilities(configOf(sampleHost(), "0000:02:00.0"));
  assertEquals(found.map(({ name, at }) => `${at.toString(16)} ${name}`), [
    "c8 Power Management",
    "d0 MSI",
    "e0 PCI Express",
    "a0 MSI-X",
    "100 Advanced Error Reporting",
    "140 Device Serial Number",
  ]);
  assertEquals(found[3]?.size, 12);
  assertEquals(found[3]?.fields[0], {
    name: "control",
    value: [{ name: "enable", value: false }, { name: "functionMask", value: false }, {
      name: "vectors",
      value: 5,
    }],
  });
  assertEquals(found[5]?.fields, [{ name: "serialNumber", value: "52-54-00-ff-ff-12-34-56" }]);
});

Deno.test("reportCapabilities() names what has no name by its number", () => {
  assertEquals(reportCapabilities(space(256, { ...header(0x40), 0x40: 0x7e })).map(({ name }) => name), [
    "Capability 0x7e",
  ]);
});

Deno.test("reportCapabilities() takes whatever a device says", () => {
  for (const bytes of nonsense(200)) {
    for (const { fields } of reportCapabilities(bytes)) assert(fields.length < 2000);
  }
});
