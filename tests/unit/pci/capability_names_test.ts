import { assertEquals } from "@std/assert";
import { CAPABILITY, EXTENDED_CAPABILITY } from "../../../pci/capability_ids_data.ts";
import { capabilityName, extendedCapabilityName } from "../../../pci/capability_names.ts";

Deno.test("capabilityName() names ids by the list that they belong to", () => {
  assertEquals([0x01, 0x05, 0x09, 0x10, 0x11].map(capabilityName), [
    "Power Management",
    "MSI",
    "Vendor-Specific",
    "PCI Express",
    "MSI-X",
  ]);
  assertEquals([0x01, 0x0b, 0x10, 0x15, 0x23].map(extendedCapabilityName), [
    "Advanced Error Reporting",
    "Vendor-Specific",
    "Single Root I/O Virtualization",
    "Resizable BAR",
    "Designated Vendor-Specific",
  ]);
});

Deno.test("capabilityName() gives undefined for an id without a name", () => {
  assertEquals([0x16, 0xff, -1, NaN].map(capabilityName), [undefined, undefined, undefined, undefined]);
  assertEquals([0xfff, 0xffff].map(extendedCapabilityName), [undefined, undefined]);
});

Deno.test("CAPABILITY and EXTENDED_CAPABILITY number what they list without gaps", () => {
  for (const ids of [CAPABILITY, EXTENDED_CAPABILITY]) {
    assertEquals(Object.values<number>(ids), Object.keys(ids).map((_, index) => index));
  }
});
