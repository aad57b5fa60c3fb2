import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmulatedEdu, EmulatedNvme } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import { documentOf, vfio } from "../captured_io.ts";
import type { World } from "../captured_io.ts";

const NOTHING = { descriptors: 0, mappings: 0 };

function machine(): EmulatedHost {
  return new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu()).plug("0000:00:05.0", new EmulatedNvme());
}

function selftest(words: string, world: World = {}): ReturnType<typeof vfio> {
  return vfio(["selftest", ...words.split(" ")], { backend: machine(), ...world });
}

Deno.test("selftest tests edu with real DMA, and that the IOMMU blocks what is not mapped", async () => {
  const backend = machine();
  const { status, out, err } = await selftest("00:04.0 --isolation", { backend });
  assertEquals(status, 0);
  const lines = out.trimEnd().split("\n");
  assertEquals(lines.slice(0, 3), ["TAP version 14", "1..9", "ok 1 - open group 0: container type1v2"]);
  assertEquals(lines.filter((line) => /^ok \d/.test(line)).length, 9);
  assertStringIncludes(
    out,
    "ok 9 - DMA write to unmapped memory is blocked: IOVA 0x1000\n  # DMAR: [DMA Write",
  );
  assertEquals(err, "9 tests, 0 failed, 1 skipped\n");
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("selftest tests any device, and skips what only a known one can do", async () => {
  const { status, out } = await selftest("00:05.0 --isolation");
  assertEquals(status, 0);
  assertMatch(out, /^ok 4 - interrupt loopback: msix, 1000\/1000 interrupts, p50 .* p99 .*$/m);
  assertMatch(out, /^ok 6 - reset, and the device answers: /m);
  assertMatch(out, /^ok 7 - .* # SKIP only edu/m);
});

Deno.test("selftest --json prints one document", async () => {
  const result = await selftest("00:04.0 --json");
  const { tests, ...document } = documentOf(result) as {
    tests: { name: string; ok: boolean; skip: string | null }[];
  };
  assertEquals(
    document,
    { device: "0000:00:04.0", ids: "1234:11e8", passed: 7, failed: 0, skipped: 1 } as never,
  );
  assertEquals(tests.map(({ ok }) => ok), Array(8).fill(true));
});

Deno.test("selftest --junit writes a file, over one that is there", async () => {
  const files = new Map([["out.xml", "old"]]);
  const { status } = await selftest("00:04.0 --junit out.xml", { files });
  assertEquals(status, 0);
  assertStringIncludes(
    files.get("out.xml") ?? "",
    `<testsuite name="vfio selftest 0000:00:04.0" tests="8" failures="0"`,
  );
});

Deno.test("selftest --junit - writes XML on standard output, and no TAP", async () => {
  const { status, out } = await selftest("00:04.0 --junit - -q");
  assertEquals(status, 0);
  assertMatch(out, /^<\?xml [^]*<\/testsuite>\n$/);
  assertEquals((await selftest("00:04.0 --junit - --json")).status, 2);
});

Deno.test("selftest ends with status 3 when a test fails, and closes the device", async () => {
  const backend = machine();
  backend.inject("0000:00:05.0", "answers-all-ones");
  const { status, out } = await selftest("00:05.0", { backend });
  assertEquals(status, 3);
  assertMatch(out, /^not ok \d - .*\n {2}---\n {2}message: ".*"\n {2}\.\.\.$/m);
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("selftest bails out when the device cannot be opened, and says what helps", async () => {
  const { status, out, err } = await selftest("00:04.0", { backend: machine().process({ uid: 1000 }) });
  assertEquals(status, 4);
  const why = "Cannot open /dev/vfio/0: EACCES, permission denied (open)";
  assertEquals(out, `TAP version 14\n1..8\nnot ok 1 - open group 0\nBail out! ${why}\n`);
  assertStringIncludes(err, "EACCES");
});

Deno.test("selftest ends at Ctrl-C, and closes the device", async () => {
  const backend = machine();
  const { status } = await selftest("00:04.0", { backend, interrupt: (press) => queueMicrotask(press) });
  assertEquals([status, backend.holdings()], [130, NOTHING]);
});

Deno.test("selftest refuses what it cannot test", async () => {
  assertEquals((await selftest("09:00.0")).status, 5);
  assertEquals((await selftest("00:04.0 extra")).status, 2);
  const backend = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu(), { driver: null });
  const { status, out, err } = await selftest("00:04.0", { backend });
  assertEquals([status, out], [1, ""]);
  assertStringIncludes(err, "no driver has it, not vfio-pci");
});
