import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { summariseGroups } from "../../../views/group_states.ts";
import { deviceSection, idOf, nameOf } from "../../../views/report_device.ts";
import { sampleReport } from "./sample.ts";
import { readXml } from "./well_formed.ts";

const { devices } = sampleReport();
const GROUPS = summariseGroups({ devices: devices.map(({ entry }) => entry) });

function section(index: number): string {
  const device = devices[index];
  assert(device !== undefined);
  return String(deviceSection(device, index, GROUPS.find(({ devices }) => devices.includes(device.entry))));
}

Deno.test("deviceSection() begins with what the device is and what can be done with it", () => {
  const html = section(2);
  assertEquals(
    readXml(html).filter(({ name }) => name === "h2").map(({ attributes }) => attributes.get("id")),
    ["device-2"],
  );
  for (const part of ["0000:00:05.1", "QEMU edu", "✗ blocked"]) assertStringIncludes(html, part);
});

Deno.test("deviceSection() gives a capability the colour that it has in the map", () => {
  const [device] = devices;
  assert(device !== undefined);
  const capabilities = [{ name: "MSI", at: 0x40, fields: [] }, { name: "Elsewhere", at: 0xf00, fields: [] }];
  const elements = readXml(String(deviceSection({ ...device, capabilities }, 0, undefined)));
  const swatches = elements.filter(({ attributes }) => attributes.get("width") === "11").map((
    { attributes },
  ) => attributes.get("class"));
  assertEquals(swatches, ["a1"]);
});

Deno.test("deviceSection() says what there is without a config space", () => {
  const [device] = devices;
  assert(device !== undefined);
  const html = String(deviceSection({ entry: { ...device.entry, numaNode: 1 } }, 0, undefined));
  for (const part of ["1234:11e8 rev 10", "1af4:1100", "NUMA node"]) assertStringIncludes(html, part);
  assert(!html.includes("<svg"));
});

Deno.test("nameOf() falls back on the class code, and on what is left", () => {
  const [device] = devices;
  assert(device !== undefined);
  const { entry } = device;
  assertEquals(nameOf({ entry, name: "x" }), "x");
  assertEquals(nameOf({ entry: { ...entry, classCode: 0x010802 } }), "NVM Express controller");
  assertEquals(nameOf({ entry: { ...entry, classCode: 0xaa0000 } }), "Unknown device");
});

Deno.test("idOf() writes four digits each", () => {
  assertEquals(idOf({ vendor: 0x1af4, device: 0x5 }), "1af4:0005");
});
