import { assertEquals } from "@std/assert";
import type { Clock } from "../../../../mod.ts";
import { clockOverhead, measure } from "../../../../cli/bench/measure.ts";
import { unseen } from "../unseen.ts";

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
  const [step] = await measure(unseen(), { clock, count: 10, overheadNs: 40 }, {
    step: () => clock.ms += 100e-6,
  });
  assertEquals([step?.count, step?.min, step?.max], [10, 100, 100]);
  const [nothing] = await measure(unseen(), { clock, count: 5, overheadNs: 90 }, { nothing: () => {} });
  assertEquals([nothing?.min, nothing?.max], [0, 0]);
});

Deno.test("measure() measures steps apart that follow each other", async () => {
  const clock = new SlowClock();
  const order: string[] = [];
  const times = await measure(unseen(), { clock, count: 2, overheadNs: 0 }, {
    map: () => order.push("map"),
    unmap: () => order.push("unmap"),
  });
  assertEquals([order, times.map(({ name }) => name)], [["map", "unmap", "map", "unmap"], ["map", "unmap"]]);
});
