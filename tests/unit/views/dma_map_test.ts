import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DmaMap } from "../../../views/dma_map.ts";
import { sampleReport } from "./sample.ts";
import { readXml } from "./well_formed.ts";

const DATA = sampleReport().dma?.[0];
assert(DATA !== undefined);
const MAP = new DmaMap(DATA);

Deno.test("DmaMap.toString() lists the space and explains the fault", () => {
  assertEquals(MAP.toString().split("\n"), [
    "0x000000000000  4 KiB     free",
    "0x000000001000  4 KiB     admin queue (rw)",
    "0x000000002000  2 MiB     receive ring (-w)",
    "0x000000201000  4 GiB     free  ← 0x5000000: 0000:00:04.0 wanted to write",
    "0x0000fee00000  1 MiB     reserved: msi",
    "0x0000fef00000  17 MiB    free",
    "0x000100000000  1 GiB     frame buffer (rw)",
    "0x000140000000  256 TiB   free",
    "not mapped; nearest mapping ends 78 MiB below",
  ]);
});

Deno.test("DmaMap.svg() makes a page visible beside 256 TiB", () => {
  const bars = readXml(MAP.svg()).filter(({ name, attributes }) =>
    name === "rect" && attributes.get("width") === "44"
  );
  const heights = bars.map(({ attributes }) => Number(attributes.get("height")));
  assertEquals(heights.length, 8);
  assert(Math.min(...heights) >= 20);
  assert((heights.at(-1) ?? 0) > (heights[1] ?? 0));
});

Deno.test("DmaMap.svg() marks and explains the fault", () => {
  const svg = MAP.svg({ width: 400 });
  assertStringIncludes(svg, "not mapped; nearest mapping ends 78 MiB below");
  assertStringIncludes(svg, 'class="mark thick"');
  const { fault: _, ...without } = DATA;
  assert(!new DmaMap(without).svg().includes('class="mark thick"'));
});

Deno.test("DmaMap draws an empty space, and one of 64 bits", () => {
  readXml(new DmaMap({ mappings: [] }).svg());
  const last = 2n ** 64n - 1n;
  const map = new DmaMap({ mappings: [{ start: last - 0xfffn, last }] });
  readXml(map.svg());
  assertEquals(map.toString().split("\n"), [
    "0x0000000000000000  16 EiB    free",
    "0xfffffffffffff000  4 KiB     mapping (rw)",
  ]);
});
