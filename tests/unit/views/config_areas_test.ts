import { assert, assertEquals } from "@std/assert";
import { configAreas, isHidden } from "../../../views/config_areas.ts";
import { header, nonsense, space } from "../pci/spaces.ts";
import { configOf, sampleHost } from "./sample.ts";

function shown(bytes: Uint8Array): string[] {
  return configAreas(bytes).map(({ name, at, size }) => `${at.toString(16)}+${size.toString(16)} ${name}`);
}

Deno.test("configAreas() finds the header and the capabilities, by place", () => {
  assertEquals(shown(configOf(sampleHost(), "0000:01:00.0")).map((text) => text.replace(/\+\w+/, "")), [
    "0 Header",
    "40 Power Management",
    "50 MSI",
    "70 MSI-X",
    "a0 PCI Express",
    "100 Advanced Error Reporting",
    "150 Alternative Routing-ID Interpretation",
    "160 Single Root I/O Virtualization",
  ]);
});

Deno.test("configAreas() tells how long MSI is from what it can do", () => {
  for (const [control, size] of [[0x0000, "a"], [0x0080, "e"], [0x0100, "14"], [0x0180, "18"]] as const) {
    const bytes = space(256, { ...header(0x40), 0x40: (control << 16) | 0x05 });
    assertEquals(shown(bytes)[1], `40+${size} MSI`);
  }
});

Deno.test("configAreas() knows registers of a device's header, and of a bridge's", () => {
  const [device] = configAreas(configOf(sampleHost(), "0000:00:04.0"));
  const [bridge] = configAreas(configOf(sampleHost(), "0000:00:06.0"));
  assert(Object.keys(device?.registers ?? {}).includes("bar0"));
  assert(Object.keys(bridge?.registers ?? {}).includes("command"));
  assert(Object.keys(bridge?.registers ?? {}).includes("secondaryBus"));
  assert(!Object.keys(bridge?.registers ?? {}).includes("subsystemId"));
});

Deno.test("configAreas() ends a capability before the next, and at the end of what there is", () => {
  const bytes = space(256, {
    ...header(0xf0),
    0xf0: 0xff44_f809 | 0,
    0xf4: 0xffff_ffff | 0,
    0xf8: 0xff0009,
    0xfc: 1,
  });
  assertEquals(shown(bytes).slice(1), ["f0+8 Vendor-Specific", "f8+8 Vendor-Specific"]);
});

Deno.test("configAreas() knows the registers that a capability has, and no others", () => {
  const areas = configAreas(configOf(sampleHost(), "0000:01:00.0"));
  const names = (name: string) => Object.keys(areas.find((area) => area.name === name)?.registers ?? {});
  assert(names("PCI Express").includes("linkStatus") && !names("PCI Express").includes("rootControl"));
  assert(names("Single Root I/O Virtualization").length > 10);
  assertEquals(names("MSI-X"), ["control", "table", "pending"]);
});

Deno.test("configAreas() of whatever a device says lie inside and do not overlap", () => {
  assertEquals(configAreas(new Uint8Array()), []);
  for (const bytes of nonsense(400)) {
    for (const { at, size } of configAreas(bytes)) assert(at >= 0 && size > 0 && at + size <= bytes.length);
  }
});

Deno.test("isHidden() includes both ends of a range", () => {
  const hidden = [{ at: 4, size: 2, name: "x" }];
  assertEquals([3, 4, 5, 6].map((at) => isHidden(at, hidden)), [false, true, true, false]);
});
