import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmulatedEdu } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import { documentOf, vfio } from "../captured_io.ts";
import type { World } from "../captured_io.ts";

const NOTHING = { descriptors: 0, mappings: 0 };

function machine(): EmulatedHost {
  return new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
}

function bench(words: string, world: World = {}): ReturnType<typeof vfio> {
  return vfio(["bench", "00:04.0", ...words.split(" ")], { backend: machine(), ...world });
}

Deno.test("bench mmio prints percentiles and a histogram", async () => {
  const backend = machine();
  const { status, out, err } = await bench("mmio -n 200 --at 0:0x4 -v", { backend });
  assertEquals(status, 0);
  assertMatch(out, /^read of 32 bits at 0:0x4: 200 times, min .*, p50 .*, p99 .*, max .*\n/);
  assertStringIncludes(out, "█");
  assertMatch(err, /for the clock are taken off each time/);
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("bench irq measures the loopback of the best kind that there is", async () => {
  const { status, out } = await bench("irq -n 50");
  assertEquals(status, 0);
  assertMatch(out, /^interrupt loopback: 50 times, min /);
});

Deno.test("bench map measures mapping and unmapping apart, and leaves nothing mapped", async () => {
  const backend = machine();
  const document = documentOf(await bench("map -n 20 --size 64K --json", { backend }));
  const results = document["results"] as { name: string; latency: { count: number } }[];
  assertEquals(results.map(({ name, latency }) => [name, latency.count]), [["map 64 KiB", 20], [
    "unmap 64 KiB",
    20,
  ]]);
  assertEquals([document["device"], document["measured"], document["what"]], [
    "0000:00:04.0",
    "map",
    "map and unmap 64 KiB",
  ]);
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("bench --svg draws the histogram", async () => {
  const files = new Map<string, string>();
  await bench("irq -n 10 --svg out.svg", { files });
  assertMatch(files.get("out.svg") ?? "", /^<svg /);
  const { out } = await bench("map -n 10 --svg -");
  assertMatch(out, /^<svg [^>]*aria-label="map 4 KiB: [^]*<\/svg>\n$/);
  assertEquals((await bench("irq -n 10 --svg - --json")).status, 2);
});

Deno.test("bench listens for Ctrl-C before it opens the device, ends at it, and leaves nothing behind", async () => {
  for (const words of ["mmio -n 100000000", "map -n 100000000", "irq -n 100000000"]) {
    const backend = machine();
    let before: unknown;
    const { status } = await bench(words, {
      backend,
      interrupt: (press) => {
        before = backend.holdings();
        queueMicrotask(press);
      },
    });
    assertEquals([before, status, backend.holdings()], [NOTHING, 130, NOTHING], words);
  }
});

Deno.test("bench refuses wrong usage with status 2", async () => {
  for (
    const words of [
      "disk",
      "mmio -n 0",
      "mmio --at 0x8",
      "mmio --at 0:0x2",
      "mmio --at 0:0x100000",
      "mmio --at 0:\x1b[2J",
      "mmio --size 4K",
      "irq --at 0:0",
      "map --size much",
    ]
  ) {
    const { status, out, err } = await bench(words);
    assertEquals([status, out, err.includes("\x1b")], [2, "", false], words);
  }
  const { status, err } = await bench("mmio --at 3:0");
  assertEquals([status, err], [1, "error: 0000:00:04.0 has no bar3: it has bar0 (1 MiB)\n"]);
});
