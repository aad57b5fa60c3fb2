import { assertEquals } from "@std/assert";
import type { Clock } from "../../../../mod.ts";
import { clockOverhead, measure } from "../../../../cli/bench/measure.ts";

/** A clock that each look moves on by 40 ns, and whose rests are free. */
class SlowClock implements Clock {
  ms = 0;
  now(): number {
    return this.ms += 40e-6;
  }
  pause(): void {}
  sleep(): Promise<void> {
    return Promise.resolve();
  }
}

Deno.test("clockOverhead() tells what a look costs", () => {
  assertEquals(clockOverhead(new SlowClock()), 40);
});

Deno.test("measure() takes the overhead off, and is never below nothing", async () => {
  const clock = new SlowClock();
  const { signal } = new AbortController();
  const [step] = await measure({ clock, count: 10, overheadNs: 40, signal }, {
    step: () => clock.ms += 100e-6,
  });
  assertEquals([step?.count, step?.min, step?.max], [10, 100, 100]);
  const [nothing] = await measure({ clock, count: 5, overheadNs: 90, signal }, { nothing: () => {} });
  assertEquals([nothing?.min, nothing?.max], [0, 0]);
});

Deno.test("measure() measures steps apart that follow each other", async () => {
  const clock = new SlowClock();
  const order: string[] = [];
  const times = await measure({ clock, count: 2, overheadNs: 0, signal: new AbortController().signal }, {
    map: () => order.push("map"),
    unmap: () => order.push("unmap"),
  });
  assertEquals([order, times.map(({ name }) => name)], [["map", "unmap", "map", "unmap"], ["map", "unmap"]]);
});
