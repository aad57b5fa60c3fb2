import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { IovaAllocator } from "../../../iommu/iova_allocator.ts";
import type { IovaRequest } from "../../../iommu/iova_allocator.ts";
import { codeOf, errorOf, Random } from "./machine.ts";

const PC = [{ start: 0n, last: 0xfedf_ffffn }, { start: 0xfef0_0000n, last: 0xffff_ffff_ffffn }];
const PAGE = 4096n;

Deno.test("IovaAllocator.allocate() takes the lowest fit, from one page up", () => {
  const iovas = new IovaAllocator(PC);
  assertEquals(iovas.allocate({ size: PAGE }), 0x1000n);
  assertEquals(iovas.allocate({ size: 3n * PAGE }), 0x2000n);
  assertEquals(iovas.allocate({ size: PAGE }), 0x5000n);
  iovas.release(0x2000n);
  assertEquals(iovas.allocate({ size: 4n * PAGE }), 0x6000n);
  assertEquals(iovas.allocate({ size: 2n * PAGE }), 0x2000n);
  assertEquals(iovas.allocate({ size: PAGE }), 0x4000n);
  assertEquals(iovas.count, 5);
});

Deno.test("IovaAllocator.allocate() rounds sizes up to pages", () => {
  const iovas = new IovaAllocator(PC);
  iovas.allocate({ size: 1n });
  assertEquals(iovas.allocate({ size: 4097n }), 0x2000n);
  assertEquals(iovas.allocate({ size: 1n }), 0x4000n);
});

Deno.test("IovaAllocator.allocate() goes around reserved ranges", () => {
  const iovas = new IovaAllocator(PC);
  assertEquals(iovas.allocate({ size: 0xfedf_f000n }), 0x1000n);
  assertEquals(iovas.allocate({ size: PAGE }), 0xfef0_0000n);
});

Deno.test("IovaAllocator.allocate() never joins ranges that touch", () => {
  const iovas = new IovaAllocator([{ start: 0x1000n, last: 0x1fffn }, { start: 0x2000n, last: 0x4fffn }]);
  assertEquals(iovas.allocate({ size: 2n * PAGE }), 0x2000n);
  assertEquals(iovas.allocate({ size: PAGE }), 0x1000n);
  iovas.release(0x1000n);
  iovas.release(0x2000n);
  assertEquals(iovas.allocate({ size: 2n * PAGE }), 0x2000n);
  assertEquals(codeOf(() => iovas.allocate({ size: 2n * PAGE, iova: 0x1000n })), "EINVAL");
});

Deno.test("IovaAllocator.allocate() keeps the last byte at or below maxIova", () => {
  const iovas = new IovaAllocator(PC);
  assertEquals(iovas.allocate({ size: PAGE, maxIova: 0x1fffn }), 0x1000n);
  assertEquals(codeOf(() => iovas.allocate({ size: PAGE, maxIova: 0x2ffen })), "ENOSPC");
  assertEquals(iovas.allocate({ size: PAGE, maxIova: 0x2fffn }), 0x2000n);
  assertEquals(iovas.allocate({ size: PAGE, maxIova: 2n ** 64n - 1n }), 0x3000n);
});

Deno.test("IovaAllocator.allocate() aligns, and what it leaves below is used later", () => {
  const iovas = new IovaAllocator(PC);
  assertEquals(iovas.allocate({ size: PAGE, alignment: 0x20_0000n }), 0x20_0000n);
  assertEquals(iovas.allocate({ size: PAGE, alignment: 0x20_0000n }), 0x40_0000n);
  assertEquals(iovas.allocate({ size: PAGE, alignment: 1n }), 0x1000n);
  assertThrows(() => iovas.allocate({ size: PAGE, alignment: 0x3000n }), RangeError, "power of 2");
  assertThrows(() => iovas.allocate({ size: PAGE, alignment: 0n }), RangeError, "power of 2");
});

Deno.test("IovaAllocator.allocate() refuses a size of 0", () => {
  assertThrows(() => new IovaAllocator(PC).allocate({ size: 0n }), RangeError, "at least 1");
});

Deno.test("IovaAllocator.allocate() says which windows are full, for which maxIova and alignment", () => {
  const iovas = new IovaAllocator([{ start: 0n, last: 0x3fffn }]);
  iovas.allocate({ size: 0x2000n });
  const request = { size: 0x2000n, maxIova: 0xffffn, alignment: 0x2000n };
  const error = errorOf(() => iovas.allocate(request));
  assertEquals([error?.code, error?.operation, error?.subject], [
    "ENOSPC",
    "allocate",
    "0x2000 bytes of IOVAs",
  ]);
  for (const words of ["[0x0, 0x3fff]", "maxIova 0xffff", "multiple of 0x2000", "1 allocations"]) {
    assertStringIncludes(error?.message ?? "", words);
  }
  assertStringIncludes(
    errorOf(() => new IovaAllocator().allocate({ size: 1n }))?.message ?? "",
    "no valid",
  );
});

Deno.test("IovaAllocator.allocate() takes a fixed iova, 0 too", () => {
  const iovas = new IovaAllocator(PC);
  assertEquals(iovas.allocate({ size: 2n * PAGE, iova: 0n }), 0n);
  assertEquals(iovas.allocate({ size: PAGE, iova: 0x1_0000n }), 0x1_0000n);
  assertEquals(iovas.allocate({ size: PAGE, iova: 0xffff_ffff_f000n }), 0xffff_ffff_f000n);
  assertEquals(iovas.allocate({ size: 0x10000n }), 0x1_1000n);
  assertEquals(iovas.allocate({ size: 0xe000n }), 0x2000n);
});

Deno.test("IovaAllocator.allocate() refuses a fixed iova that is taken, in whole or in part, with EEXIST", () => {
  const iovas = new IovaAllocator(PC);
  iovas.allocate({ size: 2n * PAGE, iova: 0x5000n });
  for (const iova of [0x4000n, 0x5000n, 0x6000n]) {
    assertEquals(codeOf(() => iovas.allocate({ size: 2n * PAGE, iova })), "EEXIST");
  }
  assertEquals(iovas.allocate({ size: 2n * PAGE, iova: 0x3000n }), 0x3000n);
  assertEquals(iovas.allocate({ size: 2n * PAGE, iova: 0x7000n }), 0x7000n);
});

Deno.test("IovaAllocator.allocate() refuses a fixed iova outside the ranges with EINVAL, and names them", () => {
  const iovas = new IovaAllocator(PC);
  const refused: IovaRequest[] = [
    { size: PAGE, iova: 0xfee0_0000n },
    { size: 2n * PAGE, iova: 0xfedf_f000n },
    { size: PAGE, iova: 2n ** 48n },
    { size: PAGE, iova: 2n ** 64n - PAGE },
    { size: 2n * PAGE, iova: 2n ** 64n - PAGE },
    { size: 2n ** 64n, iova: 0n },
    { size: PAGE, iova: 0x1800n },
    { size: PAGE, iova: 0x1000n, alignment: 0x2000n },
    { size: PAGE, iova: 0x1000n, maxIova: 0x1ffen },
  ];
  for (const request of refused) assertEquals(codeOf(() => iovas.allocate(request)), "EINVAL");
  const error = errorOf(() => iovas.allocate({ size: PAGE, iova: 0xfee0_0000n }));
  assertStringIncludes(error?.message ?? "", "[0x0, 0xfedfffff] and [0xfef00000, 0xffffffffffff]");
  assertStringIncludes(error?.explain() ?? "", "Valid IOVAs are [0x0, 0xfedfffff]");
});

Deno.test("IovaAllocator.release() refuses what is not handed out", () => {
  const iovas = new IovaAllocator(PC);
  const iova = iovas.allocate({ size: 2n * PAGE });
  for (const wrong of [0n, iova + 1n, iova + PAGE, iova + 4n * PAGE]) {
    assertThrows(() => iovas.release(wrong), RangeError, "not allocated");
  }
  iovas.release(iova);
  assertThrows(() => iovas.release(iova), RangeError, "not allocated");
});

Deno.test("IovaAllocator.setRanges() keeps what is handed out, and honours the new ranges", () => {
  const iovas = new IovaAllocator([{ start: 0n, last: 0x5fffn }]);
  const low = iovas.allocate({ size: PAGE });
  const high = iovas.allocate({ size: PAGE, iova: 0x4000n });
  iovas.setRanges([{ start: 0n, last: 0x2fffn }, { start: 0x8000n, last: 0x8fffn }]);
  assertEquals([iovas.allocate({ size: PAGE }), iovas.allocate({ size: PAGE })], [0x2000n, 0x8000n]);
  assertEquals(codeOf(() => iovas.allocate({ size: PAGE })), "ENOSPC");
  // What lies outside now is not handed out again.
  iovas.release(high);
  assertEquals(codeOf(() => iovas.allocate({ size: PAGE })), "ENOSPC");
  iovas.release(low);
  assertEquals(iovas.allocate({ size: PAGE }), 0x1000n);
  iovas.setRanges([{ start: 0n, last: 0x5fffn }]);
  assertEquals(iovas.allocate({ size: 3n * PAGE }), 0x3000n);
});

Deno.test("IovaAllocator.setRanges() leaves out pages that are not whole in a range", () => {
  const iovas = new IovaAllocator([{ start: 0x1001n, last: 0x3ffen }]);
  assertEquals(iovas.allocate({ size: PAGE }), 0x2000n);
  assertEquals(codeOf(() => iovas.allocate({ size: PAGE })), "ENOSPC");
});

Deno.test("IovaAllocator hands out the whole 64-bit space", () => {
  const iovas = new IovaAllocator([{ start: 0n, last: 2n ** 64n - 1n }]);
  assertEquals(iovas.allocate({ size: 2n ** 64n - PAGE }), PAGE);
  assertEquals(iovas.allocate({ size: PAGE, iova: 0n }), 0n);
  assertEquals(codeOf(() => iovas.allocate({ size: 1n })), "ENOSPC");
  iovas.release(PAGE);
  assertEquals(iovas.allocate({ size: PAGE, iova: 2n ** 64n - PAGE }), 2n ** 64n - PAGE);
});

Deno.test("IovaAllocator agrees with a table of single pages", () => {
  const ranges = [
    [{ start: 0n, last: 0x3f_ffffn }, { start: 0x50_0000n, last: 0x7f_ffffn }],
    [{ start: 0x3000n, last: 0x2f_ffffn }, { start: 0x30_0000n, last: 0x6f_ffffn }],
  ];
  const random = new Random(1);
  const iovas = new IovaAllocator();
  const owned = new Map<bigint, number>();
  const used = new Array<boolean>(2048).fill(false);
  let valid: (page: number, pages: number) => boolean = () => false;
  for (let round = 0; round < 8000; round++) {
    if (round % 500 === 0) {
      const now = ranges[round / 500 % 2] ?? [];
      iovas.setRanges(now);
      valid = (page, pages) =>
        now.some(({ start, last }) =>
          BigInt(page) * PAGE >= start && BigInt(page + pages) * PAGE - 1n <= last
        );
    }
    const fits = (page: number, pages: number) =>
      valid(page, pages) && !used.slice(page, page + pages).includes(true);
    if (random.below(100) < (round % 2000 < 1000 ? 70 : 40)) {
      const pages = 1 + random.below(random.pick(2, 8, 64));
      const step = random.pick(1, 1, 1, 2, 16, 512);
      const top = random.pick(2048, 2048, random.below(2048));
      const fixed = random.below(4) === 0 ? random.below(2048) : undefined;
      const request: IovaRequest = {
        size: BigInt(pages) * PAGE - BigInt(random.below(4096)),
        alignment: BigInt(step) * PAGE,
        maxIova: BigInt(top) * PAGE + BigInt(random.below(4095)),
        ...(fixed === undefined ? {} : { iova: BigInt(fixed) * PAGE }),
      };
      let expected: number | string = "ENOSPC";
      if (fixed === undefined) {
        for (let page = step; page + pages <= top; page += step) {
          if (!fits(page, pages)) continue;
          expected = page;
          break;
        }
      } else if (fixed % step !== 0 || !valid(fixed, pages) || fixed + pages > top) {
        expected = "EINVAL";
      } else {
        expected = fits(fixed, pages) ? fixed : "EEXIST";
      }
      if (typeof expected === "string") {
        assertEquals(codeOf(() => iovas.allocate(request)), expected);
        continue;
      }
      assertEquals(iovas.allocate(request), BigInt(expected) * PAGE);
      owned.set(BigInt(expected) * PAGE, pages);
      used.fill(true, expected, expected + pages);
    } else if (owned.size > 0) {
      const [iova, pages] = random.pick(...owned);
      iovas.release(iova);
      owned.delete(iova);
      used.fill(false, Number(iova / PAGE), Number(iova / PAGE) + pages);
    }
    assertEquals(iovas.count, owned.size);
  }
});

Deno.test("IovaAllocator works at 60,000 live allocations with every second one freed", () => {
  const iovas = new IovaAllocator(PC);
  for (let index = 1; index <= 60000; index++) {
    assertEquals(iovas.allocate({ size: PAGE }), BigInt(index) * PAGE);
  }
  for (let index = 2; index <= 60000; index += 2) iovas.release(BigInt(index) * PAGE);
  for (let index = 1; index <= 30000; index++) {
    const iova = iovas.allocate({ size: 2n * PAGE });
    assertEquals(iova, BigInt(60000 + 2 * index - 2) * PAGE, "no gap of one page takes two");
  }
  assertEquals(iovas.allocate({ size: PAGE }), 0x2000n);
});

Deno.test("IovaAllocator.allocate() refuses a fixed iova behind the last gap with EEXIST", () => {
  const iovas = new IovaAllocator([{ start: 0x1000n, last: 0x2fffn }]);
  iovas.allocate({ size: PAGE, iova: 0x2000n });
  assertEquals(codeOf(() => iovas.allocate({ size: PAGE, iova: 0x2000n })), "EEXIST");
});

Deno.test("IovaAllocator.release() joins a gap of one page below, beside a range that ends there", () => {
  const iovas = new IovaAllocator([{ start: 0x1000n, last: 0x1fffn }, { start: 0x2000n, last: 0x4fffn }]);
  iovas.release(iovas.allocate({ size: PAGE, iova: 0x3000n }));
  assertEquals(iovas.allocate({ size: 3n * PAGE }), 0x2000n);
});

Deno.test("IovaAllocator.ranges are those it was given, and stay as they were", () => {
  const range = { start: 0x1000n, last: 0x2fffn };
  const iovas = new IovaAllocator([range]);
  range.last = 0n;
  assertEquals(iovas.ranges, [{ start: 0x1000n, last: 0x2fffn }]);
});
