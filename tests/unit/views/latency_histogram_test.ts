import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { LatencyHistogram } from "../../../views/latency_histogram.ts";
import { sampleLatencies } from "./sample.ts";
import { readXml } from "./well_formed.ts";

Deno.test("LatencyHistogram tells count, minimum, mean and maximum exactly", () => {
  const histogram = new LatencyHistogram();
  for (const time of [1000.5, 10, 123_456_789]) histogram.record(time);
  const { count, min, mean, max } = histogram;
  assertEquals([count, min, mean, max], [3, 10, (1000.5 + 10 + 123_456_789) / 3, 123_456_789]);
});

Deno.test("LatencyHistogram.percentile() is exact below 256 ns", () => {
  const histogram = new LatencyHistogram();
  for (let time = 1; time <= 200; time++) histogram.record(time);
  assertEquals([0, 0.5, 1, 50, 90, 99, 99.5, 100].map((percent) => histogram.percentile(percent)), [
    1,
    1,
    2,
    100,
    180,
    198,
    199,
    200,
  ]);
});

Deno.test("LatencyHistogram.percentile() is never too low, and too high by less than 1/128", () => {
  let state = 7;
  const times = Array.from({ length: 5000 }, () => {
    state = (state * 48271) % 2147483647;
    return Math.floor(Math.exp(state / 2147483647 * 20));
  });
  const histogram = new LatencyHistogram();
  for (const time of times) histogram.record(time);
  times.sort((one, other) => one - other);
  for (const percent of [1, 10, 50, 90, 99, 99.9, 99.99, 100]) {
    const exact = times[Math.ceil(percent * 50) - 1] ?? 0;
    const told = histogram.percentile(percent);
    assert(told >= exact && told <= exact * (1 + 1 / 128), `p${percent}: ${told} for ${exact}`);
  }
});

Deno.test("LatencyHistogram.percentile() is never beyond the shortest and the longest time", () => {
  const histogram = new LatencyHistogram();
  for (let i = 0; i < 2; i++) histogram.record(1000.5);
  assertEquals([0, 50, 100].map((percent) => histogram.percentile(percent)), [1000.5, 1000.5, 1000.5]);
});

Deno.test("LatencyHistogram.percentile() counts whole ranks where binary fractions are a little off", () => {
  const histogram = new LatencyHistogram();
  for (let time = 1; time <= 1000; time++) histogram.record(time <= 999 ? 10 : 200);
  assertEquals(histogram.percentile(99.9), 10);
});

Deno.test("LatencyHistogram.record() refuses what is no time", () => {
  for (const time of [-1, NaN, Infinity]) {
    assertThrows(() => new LatencyHistogram().record(time), RangeError, `Cannot record ${time} ns`);
  }
});

Deno.test("LatencyHistogram.percentile() refuses what is no percentage", () => {
  for (const percent of [-1, 101, NaN]) {
    assertThrows(
      () => new LatencyHistogram().percentile(percent),
      RangeError,
      `Cannot tell percentile ${percent}`,
    );
  }
});

Deno.test("LatencyHistogram without times says so", () => {
  const histogram = new LatencyHistogram("irq");
  const { count, min, mean, max } = histogram;
  assertEquals([count, min, mean, max, histogram.percentile(50)], [0, NaN, NaN, NaN, NaN]);
  assertEquals(histogram.toString(), "irq: nothing recorded");
  assertStringIncludes(histogram.svg(), "nothing recorded");
});

Deno.test("LatencyHistogram.toString() is a summary and rows of bars that add up", () => {
  const histogram = sampleLatencies("bar0 read32");
  const [head = "", ...rows] = histogram.toString().split("\n");
  assert(
    /^bar0 read32: 20000 times, min \d.*, p50 .*, p90 .*, p99 .*, p99\.9 .*, max \d+\.?\d* µs$/.test(head),
    head,
  );
  assertEquals(rows.length, 16);
  assertEquals(rows.reduce((sum, row) => sum + Number(/\d+$/.exec(row)), 0), 20_000);
  assert(rows.every((row) => row.endsWith(" 0") || /[█▏▎▍▌▋▊▉]/.test(row)));
});

Deno.test("LatencyHistogram.svg() marks percentiles and counts every time in its columns", () => {
  for (const width of [376, 760]) {
    const elements = readXml(sampleLatencies().svg({ width }));
    const texts = elements.filter(({ name }) => name === "text").map(({ text }) => text);
    for (const name of ["p50", "p90", "p99", "p99.9", "max"]) assert(texts.includes(name), name);
    const tips = elements.filter(({ name }) => name === "title").map(({ text }) => text);
    const counts = tips.flatMap((tip) => / to .*: (\d+)$/.exec(tip)?.[1] ?? []).map(Number);
    assertEquals(counts.reduce((sum, count) => sum + count, 0), 20_000);
  }
});

Deno.test("LatencyHistogram draws a single time, and equal ones", () => {
  const histogram = new LatencyHistogram();
  histogram.record(0);
  readXml(histogram.svg());
  assertEquals(histogram.toString().split("\n").length, 2);
  histogram.record(0);
  readXml(histogram.svg());
});
