import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { EmulatedClock } from "../../../backends/emulated/clock.ts";
import { EventQueue } from "../../../backends/emulated/event_queue.ts";

Deno.test("EmulatedClock.pause() jumps, and runs what falls due meanwhile", () => {
  const queue = new EventQueue();
  const clock = new EmulatedClock(queue);
  let at = 0;
  queue.after(2e6, () => at = queue.now);
  const before = clock.now();
  clock.pause(5);
  assertEquals(at, 2e6);
  assert(clock.now() - before >= 5);
});

Deno.test("EmulatedClock.now() moves by itself, so that a program which only watches it gets on", () => {
  const clock = new EmulatedClock(new EventQueue());
  const start = clock.now();
  while (clock.now() < start + 1);
  assert(clock.now() > start);
});

Deno.test("EmulatedClock.sleep() resolves in the order of time, not of the calls", async () => {
  const clock = new EmulatedClock(new EventQueue());
  const seen: number[] = [];
  await Promise.all([30, 10, 20].map((ms) => clock.sleep(ms).then(() => seen.push(ms))));
  assertEquals(seen, [10, 20, 30]);
});

Deno.test("EmulatedClock.sleep() ends with its signal's reason, also when that is aborted before", async () => {
  const clock = new EmulatedClock(new EventQueue());
  const controller = new AbortController();
  const slept = clock.sleep(Infinity, controller.signal);
  controller.abort(new Error("enough"));
  await assertRejects(() => slept, Error, "enough");
  await assertRejects(() => clock.sleep(1, controller.signal), Error, "enough");
});

Deno.test("EmulatedClock refuses a time that is none", () => {
  const clock = new EmulatedClock(new EventQueue());
  assertThrows(() => clock.pause(-1), TypeError);
  assertThrows(() => clock.pause(NaN), TypeError);
});
