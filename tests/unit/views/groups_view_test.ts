import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { groupsOf } from "../../../views/group_states.ts";
import { GroupsView } from "../../../views/groups_view.ts";
import { sampleHost } from "./sample.ts";
import { readXml } from "./well_formed.ts";

const DATA = groupsOf(sampleHost().host);
const RESERVED = "DMA-FQ, reserved: msi 0xfee00000-0xfeefffff";

Deno.test("GroupsView.toString() lists groups, what blocks them and who has them", () => {
  const view = new GroupsView({
    ...DATA,
    names: new Map([["0000:00:05.0", "QEMU NVMe"]]),
    holders: new Map([[7, "4711 (qemu)"]]),
  });
  assertEquals(view.toString().split("\n"), [
    `Group 2  ● ready  ${RESERVED}`,
    "└─ 0000:00:04.0  Unclassified device  vfio-pci",
    `Group 3  ✗ blocked  ${RESERVED}`,
    "├─ 0000:00:05.0  QEMU NVMe  nvme  ← blocks the group",
    "└─ 0000:00:05.1  Unclassified device  vfio-pci",
    `Group 4  – bridges only  ${RESERVED}`,
    "└─ 0000:00:06.0  PCI-to-PCI bridge  pcieport  ← bridge, does not count",
    `Group 6  ○ used by the kernel  ${RESERVED}`,
    "└─ 0000:01:00.0  Ethernet controller  igb",
    `Group 7  ◆ in use  open in 4711 (qemu)  ${RESERVED}`,
    "└─ 0000:02:00.0  Ethernet controller  vfio-pci",
    `Group 8  ○ no driver  ${RESERVED}`,
    "└─ 0000:03:00.0  VGA-compatible controller  no driver",
    "Without a group  △ no IOMMU",
    "└─ 0000:04:00.0  Processing accelerator  no driver",
  ]);
});

Deno.test("GroupsView gives each of several reserved ranges a line of its own, none of which is cut", () => {
  const ranges = [
    { type: "direct-relaxable", start: 0xdb00_0000n, last: 0xdfff_ffffn },
    { type: "msi", start: 0xfee0_0000n, last: 0xfeef_ffffn },
  ];
  const view = new GroupsView({ ...DATA, reserved: new Map([[2, ranges]]) });
  const notes = ["DMA-FQ, reserved:", "direct-relaxable 0xdb000000-0xdfffffff", "msi 0xfee00000-0xfeefffff"];
  assertEquals(view.toString().split("\n")[0], ["Group 2  ● ready", ...notes].join("  "));
  const texts = readXml(view.svg({ width: 400 })).filter(({ name }) => name === "text").map(({ text }) =>
    text
  );
  for (const note of notes) assert(texts.includes(note), note);
});

Deno.test("GroupsView.svg() shows each group with its state as a word, and each device", () => {
  const svg = new GroupsView(DATA).svg();
  const texts = readXml(svg).filter(({ name }) => name === "text").map(({ text }) => text);
  for (const { address } of DATA.devices) assert(texts.includes(address), address);
  for (const text of ["Group 3", "✗ blocked", "● ready", "blocks the group", "nvme"]) {
    assert(texts.includes(text), text);
  }
  assertStringIncludes(svg, "Group 3 is blocked by 0000:00:05.0");
});

Deno.test("GroupsView.picture() takes as many columns as there is room for", () => {
  const view = new GroupsView(DATA);
  const [narrow, wide] = [view.picture(376), view.picture(1120)];
  assert(narrow.width <= 376 && wide.width <= 1120);
  assert(narrow.height > 2 * wide.height);
});

Deno.test("GroupsView draws a machine without devices", () => {
  const view = new GroupsView({ devices: [] });
  assertStringIncludes(view.svg(), "No devices");
  assertEquals(view.toString(), "");
});
