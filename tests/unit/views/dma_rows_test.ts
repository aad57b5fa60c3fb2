import { assert, assertEquals } from "@std/assert";
import { dmaRows, lastAddress } from "../../../views/dma_rows.ts";

const LIMIT = 0xffff_ffffn;

function shown(...parameters: Parameters<typeof dmaRows>): string[] {
  return dmaRows(...parameters).map(({ start, last, kind, name }) =>
    `${start.toString(16)}-${last.toString(16)} ${kind} ${name}`
  );
}

Deno.test("dmaRows() leaves no gap and no overlap", () => {
  const mappings = Array.from({ length: 100 }, (_, index) => {
    const start = BigInt((index * 7919) % 1000) << 16n;
    return { start, last: start + 0xfffn };
  });
  const rows = dmaRows(
    { mappings, reserved: [{ start: 0x10_0000n, last: 0x2f_ffffn, type: "direct" }] },
    LIMIT,
  );
  let next = 0n;
  for (const { start, last } of rows) {
    assertEquals(start, next);
    assert(start <= last);
    next = last + 1n;
  }
  assertEquals(next, LIMIT + 1n);
  assert(rows.length < 90);
});

Deno.test("dmaRows() tells what is free from what is not translated", () => {
  const ranges = [{ start: 0x4000n, last: 0x7fffn }, { start: 0x9000n, last: LIMIT }];
  assertEquals(
    shown({ mappings: [{ start: 0x5000n, last: 0x5fffn, name: "ring", write: false }], ranges }, LIMIT),
    [
      "0-3fff outside not translated",
      "4000-4fff gap free",
      "5000-5fff mapping ring (r-)",
      "6000-7fff gap free",
      "8000-8fff outside not translated",
      "9000-ffffffff gap free",
    ],
  );
});

Deno.test("dmaRows() bundles the mappings that lie closest together", () => {
  const near = Array.from(
    { length: 40 },
    (_, index) => ({ start: BigInt(index) << 13n, last: (BigInt(index) << 13n) + 0xfffn }),
  );
  const far = Array.from(
    { length: 20 },
    (_, index) => ({ start: BigInt(index + 1) << 26n, last: (BigInt(index + 1) << 26n) + 0xfffn }),
  );
  const mappings = dmaRows({ mappings: [...near, ...far] }, LIMIT).filter(({ kind }) => kind === "mapping");
  assertEquals(mappings.length, 24);
  assertEquals(mappings.filter(({ name }) => name === "mapping (rw)").length >= 20, true);
  assert(mappings.some(({ name }) => /^\d+ mappings of \d+ KiB$/.test(name)));
});

Deno.test("dmaRows() draws of what overlaps what sticks out", () => {
  const reserved = [{ start: 0x1000n, last: 0x2fffn, type: "direct-relaxable" }];
  assertEquals(
    shown(
      { mappings: [{ start: 0x2000n, last: 0x3fffn }, { start: 0x1000n, last: 0x1fffn }], reserved },
      0x3fffn,
    ),
    [
      "0-fff gap free",
      "1000-2fff reserved reserved: direct-relaxable",
      "3000-3fff mapping mapping (rw)",
    ],
  );
});

Deno.test("dmaRows() of an empty space is one gap", () => {
  assertEquals(shown({ mappings: [] }, LIMIT), ["0-ffffffff gap free"]);
});

Deno.test("lastAddress() is the end of the valid ranges, or the next whole number of bits", () => {
  const mappings = [{ start: 0x1000n, last: 0x12fffn }];
  assertEquals(lastAddress({ mappings, ranges: [{ start: 0n, last: 2n ** 39n - 1n }] }, []), 2n ** 39n - 1n);
  assertEquals(lastAddress({ mappings }, []), 0x1ffffn);
  assertEquals(lastAddress({ mappings }, [0x8000_0000n]), 0xffff_ffffn);
  assertEquals(lastAddress({ mappings: [] }, [2n ** 64n - 1n]), 2n ** 64n - 1n);
});
