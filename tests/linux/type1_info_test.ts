import { assertEquals } from "@std/assert";
import { decodeIommuInfo } from "../../backends/linux/type1_info.ts";

const PAGE_SIZES = 0x4020_1000n;
const RANGES = [{ start: 0n, last: 0xfedf_ffffn }, { start: 0xfef0_0000n, last: 2n ** 48n - 1n }];

/** What Type1 answered in a q35 machine with VT-d: two ranges, `gap` bytes behind the second capability. */
function answerWith(gap: number): Uint8Array<ArrayBuffer> {
  const third = 68 + gap;
  const answer = new Uint8Array(third + 16 + 2 * 16);
  const view = new DataView(answer.buffer);
  function u32s(at: number, ...values: number[]): void {
    values.forEach((value, i) => view.setUint32(at + 4 * i, value, true));
  }
  u32s(0, answer.length, 3, Number(PAGE_SIZES), 0, 24);
  u32s(24, 0x1_0002, 56, 0, 0, 0x1000, 0, 0x1000_0000, 0);
  u32s(56, 0x1_0003, third, 65_535);
  u32s(third, 0x1_0001, 0, 2);
  RANGES.forEach(({ start, last }, i) => {
    view.setBigUint64(third + 16 + 16 * i, start, true);
    view.setBigUint64(third + 24 + 16 * i, last, true);
  });
  return answer;
}

Deno.test("decodeIommuInfo() reads what Linux 6.1 and 7.2 tell, whose capabilities lie differently", () => {
  for (const [gap, size] of [[0, 116], [4, 120]] as const) {
    const answer = answerWith(gap);
    assertEquals(answer.length, size);
    assertEquals(decodeIommuInfo(answer), {
      alignment: 0x1000n,
      pageSizes: PAGE_SIZES,
      ranges: RANGES,
      capabilities: [
        { id: "migration", version: 1, pageSizes: 0x1000n, maxBitmapSize: 0x1000_0000n },
        { id: "dma-avail", version: 1, available: 65_535 },
        { id: "iova-range", version: 1, ranges: RANGES },
      ],
    });
  }
});

Deno.test("decodeIommuInfo() tells no ranges where the kernel tells none", () => {
  const answer = answerWith(0).slice(0, 24);
  answer[4] = 1;
  assertEquals(decodeIommuInfo(answer), {
    alignment: 0x1000n,
    pageSizes: PAGE_SIZES,
    ranges: undefined,
    capabilities: [],
  });
});

Deno.test("decodeIommuInfo() passes on a capability that it does not know", () => {
  const answer = answerWith(0).slice(0, 40);
  answer.set([9, 0, 7, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], 24);
  assertEquals(decodeIommuInfo(answer).capabilities, [
    { id: 9, version: 7, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  ]);
});

Deno.test("decodeIommuInfo() reads no more ranges than the answer has room for", () => {
  const answer = answerWith(4);
  answer.fill(0xff, 80, 84);
  assertEquals(decodeIommuInfo(answer).ranges, RANGES);
});
