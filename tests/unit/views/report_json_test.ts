import { assertEquals } from "@std/assert";
import { reportJson } from "../../../views/report_json.ts";
import { sampleReport } from "./sample.ts";

Deno.test("reportJson() writes what JSON has no values for as text", () => {
  const json = JSON.parse(reportJson(sampleReport()));
  assertEquals(json.schemaVersion, 1);
  assertEquals(json.dma[0].mappings[0], { start: "0x1000", last: "0x1fff", name: "admin queue" });
  assertEquals(json.holders, { 7: "4711 (qemu-system-x86)" });
  assertEquals(json.devices[0].config.slice(0, 8), "3412e811");
  assertEquals(json.reserved[2], [{ start: "0xfee00000", last: "0xfeefffff", type: "msi" }]);
});

Deno.test("reportJson() writes measurements as percentiles in nanoseconds", () => {
  const { latencies: [histogram] = [] } = sampleReport();
  const [written] = JSON.parse(reportJson(sampleReport())).latencies;
  assertEquals(written.count, 20_000);
  assertEquals([written.name, written.p999, written.max], [
    "bar0 read32",
    histogram?.percentile(99.9),
    histogram?.max,
  ]);
});
