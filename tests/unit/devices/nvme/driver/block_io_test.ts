import { assertEquals, assertRejects } from "@std/assert";
import { inPieces } from "../../../../../devices/nvme/driver/block_io.ts";

Deno.test("inPieces() does every piece once, eight at a time, the last as short as it is", async () => {
  const seen: [number, number][] = [];
  let under = 0;
  let most = 0;
  await inPieces(107, 10, async (offset, size) => {
    most = Math.max(most, ++under);
    await Promise.resolve();
    seen.push([offset, size]);
    under--;
  });
  assertEquals([most, under, seen.length, seen.at(-1)], [8, 0, 11, [100, 7]]);
  assertEquals(seen.reduce((sum, [, size]) => sum + size, 0), 107);
  await inPieces(0, 10, () => Promise.reject(new Error("nothing to do")));
});

Deno.test("inPieces() begins nothing after a failure, and ends when nothing is under way", async () => {
  const begun: number[] = [];
  let under = 0;
  await assertRejects(
    () =>
      inPieces(1000, 10, async (offset) => {
        begun.push(offset);
        under++;
        for (let i = 0; i < (offset === 0 ? 1 : 10); i++) await Promise.resolve();
        under--;
        if (offset === 0) throw new Error("the first");
      }),
    Error,
    "the first",
  );
  assertEquals([begun.length, under], [8, 0]);
});
