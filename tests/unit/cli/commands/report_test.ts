import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { passiveE1000e } from "../../../../devices/mod.ts";
import { documentOf, vfio } from "../captured_io.ts";
import type { World } from "../captured_io.ts";
import { EDU, machine, NIC, NVME, SIBLING } from "../machine.ts";

const NET = "0000:02:00.0";
/** What e1000e has in its Device Serial Number, as lspci writes it. */
const SERIAL = "52-54-00-ff-ff-12-34-56";

function report(words: string, world: World = {}): ReturnType<typeof vfio> {
  const args = words === "" ? [] : words.split(" ");
  return vfio(["report", ...args], { backend: machine().plug(NET, passiveE1000e()), ...world });
}

Deno.test("report writes one HTML page about all devices, and says so beside it", async () => {
  const files = new Map<string, string>();
  const { status, out, err } = await report("-o report.html", { files });
  assertEquals([status, out], [0, ""]);
  assertMatch(err, /^report\.html: 6 devices, \d+ KiB, serial numbers are taken out\n$/);
  const html = files.get("report.html") ?? "";
  assertMatch(html, /^<!DOCTYPE html>[^]*default-src 'none'; style-src 'unsafe-inline'[^]*<\/html>\n$/);
  for (const text of [EDU, NVME, NIC, "QEMU edu", "Linux 7.2.0", "NOT-VIABLE", "128 KiB of 32-bit memory"]) {
    assertStringIncludes(html, text);
  }
  assertMatch(html, /<p class="dim">\d{4}-\d\d-\d\d \d\d:\d\d UTC<\/p>/);
});

Deno.test("report goes to standard output, and never as it is to a terminal", async () => {
  const { status, out, err } = await report("");
  assertEquals([status, out.startsWith("<!DOCTYPE html>"), err], [0, true, ""]);
  assertEquals((await report("-o -")).out.startsWith("<!DOCTYPE html>"), true);
  const seen = await report("", { colour: true });
  assertEquals([seen.status, seen.out], [2, ""]);
  assertStringIncludes(seen.err, "vfio report > report.html");
});

Deno.test("report replaces the one that is there", async () => {
  const files = new Map([["r.html", "old"]]);
  assertEquals((await report("-o r.html", { files })).status, 0);
  assert(files.get("r.html") !== "old");
});

Deno.test("report of devices is about them and their groups", async () => {
  const { devices } = documentOf(await report(`${SIBLING} --json`)) as {
    devices: { entry: { address: string } }[];
  };
  assertEquals(devices.map(({ entry }) => entry.address), [NVME, SIBLING]);
  const two = documentOf(await report(`eth0 ${EDU} --json`)) as { devices: { entry: { address: string } }[] };
  assertEquals(two.devices.map(({ entry }) => entry.address), [EDU, NIC]);
  assertEquals((await report("09:00.0")).status, 5);
});

Deno.test("report writes JSON where the file is called so, and as --json", async () => {
  const files = new Map<string, string>();
  const written = await report("-o report.json", { files });
  assertEquals(written.status, 0);
  const { schemaVersion, created, ...told } = JSON.parse(files.get("report.json") ?? "");
  assertEquals([schemaVersion, typeof created], [1, "string"]);
  const { created: _, ...printed } = documentOf(await report("--json"));
  assertEquals(printed, told);
  const document = documentOf(await report("-o report.json --json", { files }));
  assertEquals([document["file"], document["format"], document["serials"], document["dryRun"]], [
    "report.json",
    "json",
    false,
    false,
  ]);
});

Deno.test("report takes serial numbers out unless they are to stay", async () => {
  for (const form of ["", " --json"]) {
    const without = await report(`${NET}${form}`);
    const kept = await report(`${NET} --keep-serials${form}`);
    assertEquals([without.out.includes(SERIAL), kept.out.includes(SERIAL)], [false, true]);
  }
  const files = new Map<string, string>();
  assertStringIncludes((await report("-o r.html --keep-serials", { files })).err, "serial numbers are in it");
  assertStringIncludes(files.get("r.html") ?? "", "Serial numbers are in it.");
});

Deno.test("report opens nothing and changes nothing", async () => {
  const backend = machine();
  const calls = backend.calls.trace();
  await report("", { backend });
  assertEquals(calls.filter(({ operation }) => operation === "open" || operation.startsWith("VFIO_")), []);
});

Deno.test("report --dry-run says what it would write, and writes nothing", async () => {
  const files = new Map<string, string>();
  const { status, out, err } = await report("-o report.html --dry-run", { files });
  assertEquals([status, out, files.size], [0, "", 0]);
  assertMatch(err, /^Would write report\.html: 6 devices/);
  const document = documentOf(await report("-o r.html --dry-run --json", { files }));
  assertEquals([document["dryRun"], (document["devices"] as string[]).length, files.size], [true, 6, 0]);
});

Deno.test("report of a user tells what root would see, and does not fail", async () => {
  const { status, out } = await report("", { backend: machine().process({ uid: 1000 }) });
  assertEquals(status, 0);
  for (
    const text of [
      "sudo vfio report has capabilities and links, too",
      "Only 64 bytes could be read",
      "no blocked DMA is in this report",
      "a user who is not root",
    ]
  ) assertStringIncludes(out, text);
});

Deno.test("report says that its machine is made up", async () => {
  const { out } = await vfio(["report", "--emulated", "edu,iommu=none"]);
  assertStringIncludes(out, "<dt><bdi>Emulated</bdi></dt><dd><bdi>edu,iommu=none</bdi></dd>");
});

Deno.test("report refuses a file whose name says no form", async () => {
  for (const file of ["report", "report.txt", "html"]) {
    const { status, err } = await report(`-o ${file}`);
    assertEquals([status, err.includes(".html or .json")], [2, true], file);
  }
});
