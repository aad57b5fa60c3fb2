import { assertEquals } from "@std/assert";
import { LatencyHistogram } from "../../../views/mod.ts";
import { latencyDocument, latencyText } from "../../../cli/latency.ts";

Deno.test("latencyText() and latencyDocument() tell percentiles", () => {
  const times = new LatencyHistogram("x");
  for (let i = 1; i <= 100; i++) times.record(i);
  assertEquals(latencyText(times), "min 1 ns  p50 50 ns  p90 90 ns  p99 99 ns  p99.9 100 ns  max 100 ns");
  assertEquals(latencyDocument(times), {
    count: 100,
    unit: "ns",
    min: 1,
    mean: 50.5,
    p50: 50,
    p90: 90,
    p99: 99,
    "p99.9": 100,
    max: 100,
  });
  assertEquals(latencyDocument(new LatencyHistogram("x")), null);
});
