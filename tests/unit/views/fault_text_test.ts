import { assertEquals } from "@std/assert";
import { explainFault } from "../../../views/fault_text.ts";
import type { DmaLayout } from "../../../views/fault_text.ts";

const LAYOUT: DmaLayout = {
  mappings: [
    { start: 0x1000n, last: 0x1fff_ffn },
    { start: 0x1000_0000n, last: 0x1000_0fffn, name: "ring", write: false },
    { start: 0x2000_0000n, last: 0x2000_0fffn, read: false },
  ],
  reserved: [{ start: 0xfee0_0000n, last: 0xfeef_ffffn, type: "msi" }],
  ranges: [{ start: 0n, last: 0xfedf_ffffn }, { start: 0xfef0_0000n, last: 2n ** 39n - 1n }],
};

function explain(iova: bigint, write: boolean, layout = LAYOUT): string {
  return explainFault({ address: "0000:00:04.0", iova, write, reason: "" }, layout);
}

Deno.test("explainFault() names the nearest mapping, below or above", () => {
  assertEquals(explain(0x5000000n, true), "not mapped; nearest mapping ends 78 MiB below");
  assertEquals(explain(0xfff_f000n, true), "not mapped; nearest mapping starts 4 KiB above");
  assertEquals(explain(0x200000n, false), "not mapped; nearest mapping ends right before it");
  assertEquals(explain(0n, false), "not mapped; nearest mapping starts 4 KiB above");
});

Deno.test("explainFault() tells a right that is missing", () => {
  assertEquals(explain(0x1000_0010n, true), "in the mapping ring, but devices may only read there");
  assertEquals(explain(0x2000_0fffn, false), "mapped, but devices may only write there");
});

Deno.test("explainFault() tells that a mapping came too late", () => {
  assertEquals(explain(0x1000_0010n, false), "in the mapping ring now: it was not when the access was made");
});

Deno.test("explainFault() knows where nothing can be mapped", () => {
  assertEquals(explain(0xfee0_0000n, true), "in a reserved range (msi), where nothing can be mapped");
  const text = explain(2n ** 41n, true);
  assertEquals(text, "outside the addresses that the IOMMU translates; nearest mapping ends 2 TiB below");
});

Deno.test("explainFault() says when nothing is mapped", () => {
  assertEquals(explain(0x1000n, true, { mappings: [] }), "not mapped; nothing is mapped");
});
