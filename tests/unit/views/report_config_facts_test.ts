import { assertEquals } from "@std/assert";
import { configFacts } from "../../../views/report_config_facts.ts";
import type { ReportDevice } from "../../../views/mod.ts";
import { configOf, sampleHost } from "./sample.ts";

const HOST = sampleHost();

function factsOf(address: string, more: Partial<ReportDevice> = {}): Record<string, unknown> {
  const entry = HOST.host.find(address);
  if (entry === undefined) throw new Error(`no ${address}`);
  const facts = configFacts({ entry, config: configOf(HOST, address), ...more });
  return Object.fromEntries(facts.map(({ name, value }) => [name, value]));
}

Deno.test("configFacts() tells Command, BARs, link and interrupts of a config space", () => {
  assertEquals(factsOf("0000:01:00.0"), {
    "Command": "0x0103  I/O+ Mem+ BusMaster- DisINTx-",
    "BAR 0": "32-bit memory at 0x80220000",
    "BAR 1": "32-bit memory at 0x80240000",
    "BAR 2": "I/O ports at 0x0000c000",
    "BAR 3": "64-bit memory at 0x200000004000",
    "Link": "2.5 GT/s x1 of 2.5 GT/s x1",
    "Interrupts": "INTA, MSI of 1 vector, MSI-X of 10 vectors",
  });
});

Deno.test("configFacts() tells sizes, and the ROM, where the machine knows them", () => {
  const resources = [
    { index: 0, kind: "memory64", prefetchable: true, address: 0x38_0000_0000n, size: 0x4000_0000 },
    { index: 2, kind: "io", prefetchable: false, address: 0n, size: 32 },
    { index: 6, kind: "memory32", prefetchable: false, address: 0xfeb8_0000n, size: 0x4_0000 },
  ] as const;
  const { Command: _, Interrupts: __, Link: ___, ...bars } = factsOf("0000:01:00.0", { resources });
  const expected = {
    "BAR 0": "1 GiB of 64-bit memory, prefetchable at 0x3800000000",
    "BAR 2": "32 B of I/O ports without address",
    "ROM": "256 KiB of 32-bit memory at 0xfeb80000",
  };
  assertEquals(bars, expected);
  const entry = HOST.host.find("0000:01:00.0");
  const alone = entry === undefined ? [] : configFacts({ entry, resources });
  assertEquals(Object.fromEntries(alone.map(({ name, value }) => [name, value])), expected);
});

Deno.test("configFacts() warns of a link below what the device can, and of none", () => {
  const config = configOf(HOST, "0000:01:00.0");
  const status = 0xa0 + 0x12;
  for (const [value, end] of [[0x0000, "  ✗ no link"], [0x0011, ""]] as const) {
    new DataView(config.buffer).setUint16(status, value, true);
    const { Link } = factsOf("0000:01:00.0", { config });
    assertEquals(String(Link).endsWith(`x1${end}`), true, String(Link));
  }
});

Deno.test("configFacts() takes a config space that ends anywhere, or of which nobody answers", () => {
  const entry = HOST.host.find("0000:00:04.0");
  if (entry === undefined) return;
  assertEquals(configFacts({ entry }), []);
  for (const size of [0, 1, 5, 6, 16, 64]) {
    const names = configFacts({ entry, config: configOf(HOST, entry.address).subarray(0, size) }).map((
      each,
    ) => each.name);
    assertEquals(names.includes("Command"), size >= 6, String(size));
  }
  assertEquals(configFacts({ entry, config: new Uint8Array(64).fill(0xff) }).map(({ name }) => name), [
    "Command",
  ]);
});
