import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmulatedEdu, EmulatedNvme } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import { documentOf, vfio } from "../captured_io.ts";
import type { World } from "../captured_io.ts";

const EDU = "00:04.0";
const NVME = "00:05.0";
const NOTHING = { descriptors: 0, mappings: 0 };

function machine(): EmulatedHost {
  return new EmulatedHost().plug(`0000:${EDU}`, new EmulatedEdu()).plug(`0000:${NVME}`, new EmulatedNvme());
}

function irq(words: string, world: World = {}): ReturnType<typeof vfio> {
  return vfio(["irq", ...words.split(" ")], { backend: machine(), ...world });
}

Deno.test("irq list shows what a device has", async () => {
  assertEquals(
    (await irq(`${EDU} list`)).out,
    "KIND  VECTORS\nintx        1  maskable\nmsi         1\nreq         1\n",
  );
  const { kinds } = documentOf(await irq(`${NVME} list --json`)) as {
    kinds: { kind: string; vectors: number }[];
  };
  assertEquals(kinds.map(({ kind, vectors }) => [kind, vectors]), [["intx", 1], ["msix", 65], ["err", 1], [
    "req",
    1,
  ]]);
});

Deno.test("irq watch counts what arrives, and disables it at the end", async () => {
  const backend = machine();
  const { status, out, err } = await irq(`${EDU} watch --poke 0:0x60=1 --count 1`, { backend });
  assertEquals(status, 0);
  assertMatch(out, /^msi 0 {2}\+1 {2}total 1 {2}\+0\.\d{6} s\n$/);
  assertStringIncludes(err, "Watching 1 vector of msi. Ctrl-C ends it\n");
  assertMatch(err, /1 interrupt on 1 of 1 vector in 0\.\d{3} s\n$/);
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("irq watch adds up what comes faster than it tells", async () => {
  const { out } = await irq(`${EDU} watch --poke 0:0x60=1,0:0x64=1,0:0x60=2,0:0x64=2,0:0x60=4 --timeout 10`);
  assertMatch(out, /^msi 0 {2}\+\d {2}total \d/);
  const totals = [...out.matchAll(/total (\d)/g)].map(([, total]) => total);
  assertEquals(totals.at(-1), "3");
});

Deno.test("irq watch --type intx says that a level comes again", async () => {
  const { out, err } = await irq(`${EDU} watch --type intx --poke 0:0x60=1 --timeout 120`);
  assertEquals(out.trimEnd().split("\n").length, 4);
  assertStringIncludes(err, "INTx is a level");
});

Deno.test("irq watch --json prints a line for each arrival", async () => {
  const { out } = await irq(`${EDU} watch --poke 0:0x60=1 --count 1 --json`);
  const { schemaVersion, ms, ...record } = JSON.parse(out);
  assertEquals([schemaVersion, typeof ms], [1, "number"]);
  assertEquals(record, { kind: "msi", vector: 0, count: 1, total: 1 });
});

Deno.test("irq watch ends at Ctrl-C with what it saw, and disables interrupts", async () => {
  const backend = machine();
  const { status, err, listening } = await irq(`${NVME} watch --vectors 4`, {
    backend,
    interrupt: (press) => queueMicrotask(press),
  });
  assertEquals([status, listening], [130, false]);
  assertMatch(err, /0 interrupts on 0 of 4 vectors in/);
  assertEquals(backend.holdings(), NOTHING);
});

Deno.test("irq trigger fires a vector through the kernel, and measures", async () => {
  const once = await irq(`${EDU} trigger`);
  assertEquals(once.status, 0);
  assertMatch(once.out, /^✔ msi 0: arrived after [\d.]+ µs\n$/);
  const backend = machine();
  const many = await irq(`${NVME} trigger 3 --count 1200`, { backend });
  assertMatch(many.out, /^✔ msix 3: 1200 of 1200 arrived {2}min .* p50 .* p99\.9 .* max .*\n$/);
  assertEquals(backend.holdings(), NOTHING);
  const document = documentOf(await irq(`${NVME} trigger 64 --count 2 --json`));
  assertEquals([document["vector"], document["triggered"], document["arrived"]], [64, 2, 2]);
  assertEquals((document["latency"] as { unit: string }).unit, "ns");
});

Deno.test("irq trigger ends at Ctrl-C", async () => {
  const backend = machine();
  const { status } = await irq(`${EDU} trigger --count 1000000000`, {
    backend,
    interrupt: (press) => queueMicrotask(press),
  });
  assertEquals([status, backend.holdings()], [130, NOTHING]);
});

Deno.test("irq says which interrupts there are when one is asked for that is not", async () => {
  const { status, err } = await irq(`${EDU} watch --type msix`);
  assertEquals(status, 1);
  assertStringIncludes(err, "0000:00:04.0 has no msix: it has intx, msi");
  const vector = await irq(`${NVME} trigger 65`);
  assertEquals(vector.status, 2);
  assertStringIncludes(vector.err, "0000:00:05.0 has 65 vectors of msix: there is no 65");
});

Deno.test("irq refuses wrong usage with status 2", async () => {
  for (
    const words of [
      "listen",
      "watch --type err",
      "watch 3",
      "list --count 1",
      "trigger -1",
      "trigger --timeout 5",
      "watch --count 0",
      "watch --poke 0x60=1",
      "watch --poke 9:0x60=1",
      "watch --poke 0:status=1",
      "watch --poke 0:0x60=\x1b[2J",
      "watch --poke 0:0x100000=1",
    ]
  ) {
    const backend = machine();
    const { status, out, err } = await irq(`${EDU} ${words}`, { backend });
    assertEquals([status, out, err.includes("\x1b"), backend.holdings()], [2, "", false, NOTHING], words);
  }
});
