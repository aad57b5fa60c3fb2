import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmulatedEdu, EmulatedNvme, passiveE1000e, PassiveIgb } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import { documentOf, vfio } from "../captured_io.ts";
import type { World } from "../captured_io.ts";

function machine(): EmulatedHost {
  return new EmulatedHost()
    .plug("0000:00:04.0", new EmulatedEdu())
    .plug("0000:00:05.0", new EmulatedNvme(), { driver: "nvme" })
    .plug("0000:01:00.0", new PassiveIgb());
}

function inspect(words: string, world: World = {}): ReturnType<typeof vfio> {
  return vfio(["inspect", ...words.split(" ")], { backend: machine(), ...world });
}

Deno.test("inspect shows header, BARs, link and capabilities, and leaves the device as it is", async () => {
  const backend = machine();
  const calls = backend.calls.trace();
  const { status, out, err } = await inspect("01:00.0", { backend });
  assertEquals(status, 0);
  const lines = out.trimEnd().split("\n");
  assertMatch(lines[0] ?? "", /^0000:01:00\.0 {2}.*\[8086:10c9\] rev 01 {2}group \d+ {2}vfio-pci$/);
  assertEquals(lines.slice(1, 4), [
    "  Command  0x0103  IO+ Mem+ BusMaster- DisINTx-  ← DMA is off",
    "  BAR0 mem32 128K   BAR1 mem32 128K   BAR2 io 32   BAR3 mem64 16K (MSI-X table)",
    "  Link     2.5 GT/s x1 of 2.5 GT/s x1",
  ]);
  assertStringIncludes(out, "  [50] MSI               1 vector  64bit+ Mask+  Enable-\n");
  assertStringIncludes(
    out,
    "  [70] MSI-X             10 vectors  table BAR3+0x0  PBA BAR3+0x2000  Enable-\n",
  );
  assertStringIncludes(out, "  [a0] PCI Express       v2 endpoint  MPS 128/128  MRRS 128  FLR+\n");
  assertStringIncludes(out, "Single Root I/O Virtualization  0 of 8 VFs\n");
  assertMatch(err, /^--hex shows bytes, -v and --json all \d{3} fields\n$/);
  assertEquals(calls.filter(({ operation }) => operation.startsWith("VFIO_")), []);
});

Deno.test("inspect -v shows each field, register by register", async () => {
  const { out } = await inspect("00:04.0 -v");
  assertStringIncludes(out, "  BAR0 mem32 1M at 0x80000000\n");
  assertStringIncludes(out, "  [40] MSI               1 vector");
  assertStringIncludes(out, "      control\n        enable- multipleMessageCapable=1");
});

Deno.test("inspect tells the errors that the kernel has counted", async () => {
  const backend = machine();
  backend.surroundings.count("0000:01:00.0", { correctable: 2, nonfatal: 0, fatal: 1 });
  const { out } = await inspect("01:00.0", { backend });
  assertStringIncludes(out, "Advanced Error Reporting  2 correctable, 1 fatal since boot\n");
  const [device] = documentOf(await inspect("01:00.0 --json", { backend }))["devices"] as {
    errors: unknown;
    group: unknown;
    driver: unknown;
    resources: unknown[];
  }[];
  assertEquals(device?.errors, { correctable: 2, nonfatal: 0, fatal: 1 });
  assertEquals([device?.group, device?.driver], [2, "vfio-pci"]);
  assertEquals(device?.resources[2], {
    index: 2,
    kind: "io",
    prefetchable: false,
    address: "0xc000",
    size: 32,
  });
});

Deno.test("inspect shows a serial number only where all fields are asked for", async () => {
  const backend = new EmulatedHost().plug("0000:02:00.0", passiveE1000e());
  const shown = await inspect("02:00.0", { backend });
  assertMatch(shown.out, /\[140 v1\] Device Serial Number\n/);
  assertMatch((await inspect("02:00.0 -v", { backend })).out, /serialNumber=52-54-00-ff-ff-/);
});

Deno.test("inspect tells the BARs of a virtual function, whose own registers read as zeros", async () => {
  const backend = machine();
  backend.sysfs.writeParameter("vfio_pci.enable_sriov", true);
  assertEquals(backend.sysfs.sriovNumvfs("0000:01:00.0", 1), undefined);
  const [address = ""] = backend.sysfs.virtualFunctions("0000:01:00.0");
  const { out } = await inspect(address, { backend });
  assertMatch(out, /^ {2}BAR0 mem\d\d 16K/m);
});

Deno.test("inspect --svg draws the config space, beside the text or in its place", async () => {
  const files = new Map<string, string>();
  const { out } = await inspect("01:00.0 --svg card.svg", { files });
  assertMatch(files.get("card.svg") ?? "", /^<svg /);
  assertStringIncludes(files.get("card.svg") ?? "", "Config space of 0000:01:00.0");
  assertMatch(out, /^0000:01:00\.0/);
  const piped = await inspect("01:00.0 --svg -");
  assertMatch(piped.out, /^<svg [^]*<\/svg>\n$/);
  assertEquals((await inspect("01:00.0 --svg - --json")).status, 2);
  const two = (await inspect("00:04.0 --dump -")).out + (await inspect("00:05.0 --dump -")).out;
  const many = await vfio(["inspect", "--from", "-", "--svg", "two.svg"], { input: two });
  assertEquals([many.status, many.err.includes("name one of the dump's devices")], [2, true]);
});

Deno.test("inspect --hex shows bytes and what they belong to, in colours", async () => {
  const { out } = await inspect("00:04.0 --hex");
  assertMatch(out, /^0x000 {2}34 12 e8 11 .* {2}Header$/m);
  assertMatch(out, /^0x040 {2}05 00 80 .* {2}MSI$/m);
  const coloured = await inspect("00:04.0 --hex", { colour: true });
  assertStringIncludes(coloured.out, "\x1b[36m0x040");
});

Deno.test("inspect --dump writes what inspect --from reads, without a device", async () => {
  const files = new Map<string, string>();
  assertEquals((await inspect("01:00.0 --dump card.txt", { files })).status, 0);
  const { status, out } = await vfio(["inspect", "--from", "card.txt"], { files });
  assertEquals(status, 0);
  assertStringIncludes(out, "  [70] MSI-X             10 vectors");
  assertStringIncludes(out, "BAR3 mem64 (MSI-X table) at 0x200000004000");
  const again = await inspect("01:00.0 --dump card.txt", { files });
  assertEquals([again.status, again.err.includes("exists")], [1, true]);
  const piped = await inspect("00:04.0 --dump -");
  assertMatch(piped.out, /^0000:00:04\.0 .*\n00: 34 12 e8 11/);
  assertEquals((await vfio(["inspect", "--from", "-"], { input: piped.out })).status, 0);
});

Deno.test("inspect --from shows all functions of a dump, or the one that is named", async () => {
  const two = (await inspect("00:04.0 --dump -")).out + (await inspect("00:05.0 --dump -")).out;
  const all = documentOf(await vfio(["inspect", "--from", "-", "--json"], { input: two }));
  const devices = all["devices"] as {
    address: string;
    source: string;
    config: { header: { vendorId: number } };
  }[];
  assertEquals(devices.map(({ address, source }) => [address, source]), [
    ["0000:00:04.0", "file"],
    ["0000:00:05.0", "file"],
  ]);
  assertEquals(devices[0]?.config.header.vendorId, 0x1234);
  const one = await vfio(["inspect", "00:05.0", "--from", "-"], { input: two });
  assertMatch(one.out, /^0000:00:05\.0/);
  const none = await vfio(["inspect", "07:00.0", "--from", "-"], { input: two });
  assertEquals(none.status, 5);
  assertStringIncludes(none.err, "it has 0000:00:04.0, 0000:00:05.0");
});

Deno.test("inspect reads through VFIO when that is asked for, and closes the device", async () => {
  const backend = machine();
  const document = documentOf(await inspect("00:04.0 --vfio --json", { backend }));
  assertEquals((document["devices"] as { source: string }[]).map(({ source }) => source), ["vfio"]);
  assertEquals(backend.holdings(), { descriptors: 0, mappings: 0 });
});

Deno.test("inspect shows a user what any user may read, and says so", async () => {
  const { status, out } = await inspect("00:04.0", { backend: machine().process({ uid: 1000 }) });
  assertEquals(status, 0);
  assertStringIncludes(out, "Only 64 bytes are there: root may read all of it");
});

Deno.test("inspect shows no title of a dump that a terminal would obey", async () => {
  const dump = (await inspect("00:04.0 --dump -")).out.replace(/ .*\n/, " evil\x1b[2J\u202e\n");
  const { out } = await vfio(["inspect", "--from", "-"], { input: dump });
  assertEquals(["\x1b", "\u202e"].some((mark) => out.includes(mark)), false);
});

Deno.test("inspect refuses wrong usage", async () => {
  for (
    const words of [[], ["00:04.0", "--from", "a", "--vfio"], ["eth0", "--from", "a"], ["00:04.0", "00:05.0"]]
  ) {
    const files = new Map([["a", (await inspect("00:04.0 --dump -")).out]]);
    const { status, out } = await vfio(["inspect", ...words], { backend: machine(), files });
    assertEquals([status, out], [2, ""], words.join(" "));
  }
  assertEquals((await inspect("--from none.txt")).status, 1);
  const prose = await vfio(["inspect", "--from", "-"], { input: "hello" });
  assertEquals(prose.status, 1);
  assertStringIncludes(prose.err, "run: sudo lspci -xxxx > dump.txt");
  assertEquals((await inspect("09:00.0")).status, 5);
});
