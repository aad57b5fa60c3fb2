import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmulatedEdu } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import type { EmulatedHostOptions } from "../../../../backends/emulated/mod.ts";
import { documentOf, vfio } from "../captured_io.ts";
import type { World } from "../captured_io.ts";

const EDU = "0000:00:04.0";

function machine(options: EmulatedHostOptions = {}): EmulatedHost {
  return new EmulatedHost(options).plug(EDU, new EmulatedEdu());
}

function dma(words: string, world: World = {}): ReturnType<typeof vfio> {
  return vfio(["dma", "00:04.0", ...words.split(" ")], { backend: machine(), ...world });
}

Deno.test("dma ranges shows what can be used and what is reserved, by address", async () => {
  const { status, out } = await dma("ranges");
  assertEquals(status, 0);
  assertEquals(out.split("\n").map((line) => line.trim().split(/ {2,}/)), [
    ["FROM", "TO", "SIZE"],
    ["0x0", "0xfedfffff", "4 GiB", "usable"],
    ["0xfee00000", "0xfeefffff", "1 MiB", "reserved: msi"],
    ["0xfef00000", "0xffffffffffff", "256 TiB", "usable"],
    [""],
  ]);
  assertEquals(documentOf(await dma("ranges --json")), {
    device: EDU,
    ranges: [{ start: "0x0", last: "0xfedfffff" }, { start: "0xfef00000", last: "0xffffffffffff" }],
    reserved: [{ type: "msi", start: "0xfee00000", last: "0xfeefffff" }],
  });
});

Deno.test("dma ranges --svg draws the address space, and no other action has a drawing", async () => {
  const files = new Map<string, string>();
  const { out } = await dma("ranges --svg dma.svg", { files });
  assertStringIncludes(out, "reserved: msi");
  assertStringIncludes(files.get("dma.svg") ?? "", "0xfee00000");
  assertMatch((await dma("ranges --svg -")).out, /^<svg [^]*<\/svg>\n$/);
  for (const words of ["limits --svg x.svg", "try 4K --svg x.svg", "ranges --json --svg -"]) {
    assertEquals((await dma(words)).status, 2, words);
  }
});

Deno.test("dma limits tells page sizes, width, mappings and the memory lock", async () => {
  const { out } = await dma("limits");
  assertMatch(
    out,
    /✔ Page sizes {4}4 KiB.*\n✔ Alignment {5}4 KiB\n✔ Last address {2}0xffffffffffff \(48 bits\)\n/,
  );
  assertStringIncludes(out, "✔ Mappings      65535 left\n✔ Memory lock   no limit for root\n");
  const amd = await dma("limits", { backend: machine({ iommu: "amd-vi" }) });
  assertStringIncludes(amd.out, "4 KiB to 256 GiB, 1 TiB to 2 PiB");
});

Deno.test("dma limits tells a user how much memory can be locked", async () => {
  const host = machine();
  host.host.chownGroup(0, "1000");
  const { out } = await dma("limits", { backend: host.process({ uid: 1000, memlock: 65536 }) });
  assertStringIncludes(out, "Memory lock   64 KiB for ");
});

Deno.test("dma try maps memory where the device reaches it, and takes it away", async () => {
  const backend = machine();
  const { status, out } = await dma("try 1M --max-iova 0xfffffff", { backend });
  assertEquals(status, 0);
  assertMatch(out, /^✔ 1 MiB at 0x1000: mapped in .*, unmapped in .* {2}256 pages of 4 KiB\n$/);
  assertEquals(backend.holdings(), { descriptors: 0, mappings: 0 });
  const { size, iova, pageSize } = documentOf(await dma("try 5000 --json"));
  assertEquals([size, iova, pageSize], [5000, "0x1000", 4096]);
});

Deno.test("dma try --huge says why there are no bigger pages", async () => {
  const backend = machine({ hugePages: 0 });
  const { out, err } = await dma("try 2M --huge", { backend });
  assertMatch(err, /^No 2 MiB pages: 1 are needed, 0 are free\n/);
  assertStringIncludes(out, "512 pages of 4 KiB");
  const whole = await dma("try 2M --huge");
  assertEquals([whole.err, whole.out.includes("1 page of 2 MiB")], ["", true]);
});

Deno.test("dma try --json has whole nanoseconds", async () => {
  const { mappedNs, unmappedNs } = documentOf(await dma("try 64K --json"));
  assertEquals([mappedNs, unmappedNs].map(Number.isInteger), [true, true]);
});

Deno.test("dma try says what is in the way", async () => {
  const host = machine();
  host.host.chownGroup(0, "1000");
  const locked = await dma("try 1M", { backend: host.process({ uid: 1000, memlock: 65536 }) });
  assertEquals(locked.status, 1);
  assertStringIncludes(locked.err, "ENOMEM");
  const narrow = await dma("try 64K --max-iova 0xfff");
  assertEquals(narrow.status, 1);
  assertStringIncludes(narrow.err, "no gap is big enough");
});

Deno.test("dma refuses wrong usage with status 2", async () => {
  for (
    const words of [
      "map",
      "try",
      "try much",
      "ranges 1M",
      "limits --huge",
      "try 1M --max-iova -1",
      "try 1M 2M",
    ]
  ) {
    const { status, out } = await dma(words);
    assertEquals([status, out], [2, ""], words);
  }
});
