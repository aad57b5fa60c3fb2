import { assertEquals } from "@std/assert";
import { MARKER, markOf, PATTERNS } from "./guest/mmio_patterns.ts";
import { type Access, boot, parseAccess, phases, tally } from "./harness/mod.ts";

/** edu's registers begin at a multiple of its BAR's size. */
const EDU_BAR = 0x10_0000n;

/** What the device saw of each pattern, cold and hot, by what announced it. */
async function watch(): Promise<Map<string, Access[]>> {
  const result = await boot({
    devices: ["edu", "virtio-rng-pci"],
    trace: {
      events: ["memory_region_ops_*"],
      containing: ["name 'edu-mmio'", "name 'virtio-pci-common-virtio-rng'"],
    },
    timeoutMs: 420_000,
  }, "deno run -A --no-check tests/vm/guest/mmio.ts $VFIO_EDU $VFIO_RNG");
  assertEquals(result.status, 0, `${result.reason ?? ""}\n${result.stderr}`);
  const accesses = result.trace.map(parseAccess).filter((access) => access !== undefined);
  return phases(accesses, (access) => isMarker(access) ? String(access.value) : undefined);
}

function isMarker({ kind, region, address, value }: Access): boolean {
  return kind === "write" && region === "edu-mmio" && address % EDU_BAR === BigInt(MARKER.at) &&
    value >= BigInt(MARKER.mark);
}

Deno.test("An access of a mapped BAR is exactly one access of its width, cold and hot, whatever is done with it", async () => {
  const seen = await watch();
  for (const hot of [false, true]) {
    PATTERNS.forEach(({ name, seen: expected }, i) => {
      const accesses = seen.get(String(markOf(i, hot))) ?? [];
      assertEquals(tally(accesses), expected, `${name}, ${hot ? "after 100,000 times" : "the first time"}`);
    });
  }
});
