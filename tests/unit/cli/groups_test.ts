import { assertEquals, assertStringIncludes } from "@std/assert";
import { openDevice } from "../../../mod.ts";
import { documentOf, vfio } from "./captured_io.ts";
import { EDU, machine } from "./machine.ts";

Deno.test("vfio groups shows what blocks a group", async () => {
  const { status, out } = await vfio(["groups"], { backend: machine() });
  assertEquals(status, 0);
  assertEquals(out.split("\n"), [
    "Group 0  ● ready  DMA-FQ  reserved: msi fee00000-feefffff",
    "└─ 0000:00:04.0  QEMU edu  vfio-pci",
    "Group 1  ✗ not viable  DMA-FQ  reserved: msi fee00000-feefffff",
    "├─ 0000:00:05.0  Red Hat QEMU NVM Express Controller  nvme      ← blocks: nvme does DMA for the kernel",
    "└─ 0000:00:05.1  QEMU edu                             vfio-pci",
    "Group 2  – bridges only  DMA-FQ  reserved: msi fee00000-feefffff",
    "└─ 0000:00:06.0  Red Hat QEMU PCIe Root port  pcieport  bridge: does not count",
    "Group 3  ○ usable after bind  DMA-FQ  reserved: msi fee00000-feefffff",
    "└─ 0000:01:00.0  Intel 82576 Gigabit Network Connection  igb",
    "",
  ]);
});

Deno.test("vfio groups --json tells each group and its devices", async () => {
  const { groups } = documentOf(await vfio(["groups", "--json"], { backend: machine() }));
  const [, blocked] = groups as { reserved: unknown; devices: { address: string; blocks: boolean }[] }[];
  assertEquals(blocked?.reserved, [{ start: "0xfee00000", last: "0xfeefffff", type: "msi" }]);
  assertEquals(blocked?.devices.map(({ blocks }) => blocks), [true, false]);
});

Deno.test("vfio groups --tree puts what is behind a bridge below it", async () => {
  const backend = machine();
  const port = backend.host.find("0000:00:06.0");
  assertEquals(port?.driver, "pcieport");
  const { out } = await vfio(["groups", "--tree"], { backend });
  // Nobody has given the port a bus, so bus 1 is a root of its own.
  assertEquals(out.split("\n").filter((line) => !line.startsWith(" ") && /^\d/.test(line)), [
    "0000:00",
    "0000:01",
  ]);
  const { buses } = documentOf(await vfio(["groups", "--tree", "--json"], { backend }));
  assertEquals((buses as { bus: string }[]).map(({ bus }) => bus), ["0000:00", "0000:01"]);
});

Deno.test("vfio groups of a machine without an IOMMU says so", async () => {
  const { out } = await vfio(["groups", "--emulated", "edu,iommu=none"]);
  assertEquals(out.split("\n")[0], "No group  △ no IOMMU");
});

Deno.test("vfio groups --svg draws groups, with the names of devices and who has a group open", async () => {
  const backend = machine();
  using _open = openDevice(EDU, { backend: backend.process({ command: "driver" }) });
  const files = new Map<string, string>();
  const { status, out } = await vfio(["groups", "--svg", "groups.svg"], { backend, files });
  assertEquals([status, out.startsWith("Group 0")], [0, true]);
  const svg = files.get("groups.svg") ?? "";
  for (const text of ["QEMU edu", "(driver)", "DMA-FQ", "blocked"]) assertStringIncludes(svg, text);
  const piped = await vfio(["groups", "--svg", "-"], { backend });
  assertEquals(piped.out, svg);
  assertEquals((await vfio(["groups", "--tree", "--svg", "-"], { backend })).status, 2);
});
