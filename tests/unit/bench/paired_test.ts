import { assertEquals } from "@std/assert";
import { compareBatches, median } from "../../../bench/paired.ts";

Deno.test("compareBatches() lets batches alternate, and changes their order each time", async () => {
  const order: string[] = [];
  const batch = (name: string) => () => {
    order.push(name);
    return 1;
  };
  await compareBatches(batch("a"), batch("b"), { pairs: 4 });
  assertEquals(order.join(""), "abbaabba");
});

Deno.test("compareBatches() gives the median of the pairs' ratios, whatever slows the machine down meanwhile", async () => {
  // In the middle all takes a hundred times as long.
  const slow = [1, 1, 100, 100, 100, 100, 1, 1, 1, 1];
  let at = 0;
  const pair = await compareBatches(() => 2 * (slow[at++] ?? 1), () => slow[at++] ?? 1, { pairs: 5 });
  assertEquals([pair.ratio, pair.quartiles], [2, [2, 2]]);
});

Deno.test("compareBatches() takes the median of all rounds", async () => {
  const firsts = [1, 1, 1, 5, 5, 5, 3, 3, 3];
  let at = 0;
  const pair = await compareBatches(() => firsts[at++] ?? NaN, () => 1, { pairs: 3, rounds: 3 });
  assertEquals([pair.ratio, pair.first, pair.second, pair.quartiles], [3, 3, 1, [1, 5]]);
});

Deno.test("median() is the middle one, whatever the order", () => {
  assertEquals(median([9, 1, 5]), 5);
});
