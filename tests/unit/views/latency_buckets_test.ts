import { assert, assertEquals } from "@std/assert";
import { LatencyBuckets } from "../../../views/latency_buckets.ts";

function bucketOf(time: number): { readonly start: number; readonly count: number } {
  const buckets = new LatencyBuckets();
  buckets.add(time);
  const [bucket] = buckets;
  assert(bucket !== undefined);
  return bucket;
}

Deno.test("LatencyBuckets puts every time into a bucket that is narrower than 1/128 of it", () => {
  for (let time = 0; time < 2 ** 39; time = Math.ceil(time * 1.007) + 1) {
    const { start, count } = bucketOf(time);
    assertEquals(count, 1);
    const buckets = new LatencyBuckets();
    buckets.add(time);
    const last = buckets.atRank(1);
    assert(start <= time && time <= last, `${time} in ${start} to ${last}`);
    assert(last - start < Math.max(1, time / 128), `${time} in ${start} to ${last}`);
  }
});

Deno.test("LatencyBuckets is exact below 256 ns", () => {
  for (const time of [0, 1, 127, 128, 255]) assertEquals(bucketOf(time).start, time);
});

Deno.test("LatencyBuckets counts what takes longer than 18 minutes with the longest", () => {
  assertEquals(bucketOf(2 ** 50).start, bucketOf(2 ** 40 - 1).start);
});

Deno.test("LatencyBuckets.atRank() finds the bucket of the nth time", () => {
  const buckets = new LatencyBuckets();
  for (const time of [5, 100, 3, 100, 7]) buckets.add(time);
  assertEquals([1, 2, 3, 4, 5].map((rank) => buckets.atRank(rank)), [3, 5, 7, 100, 100]);
  assertEquals([...buckets].map(({ start, count }) => [start, count]), [[3, 1], [5, 1], [7, 1], [100, 2]]);
});
