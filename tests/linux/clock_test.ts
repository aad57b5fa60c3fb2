import { assert, assertRejects, assertThrows } from "@std/assert";
import { RealClock } from "../../os/clock.ts";

Deno.test("RealClock.now() goes on while pause() blocks", () => {
  const clock = new RealClock();
  const start = clock.now();
  clock.pause(3);
  assert(clock.now() - start >= 3);
  clock.pause(0);
  assertThrows(() => clock.pause(-1), TypeError);
});

Deno.test("RealClock.sleep() lets the time pass", async () => {
  const clock = new RealClock();
  const start = clock.now();
  await clock.sleep(3);
  assert(clock.now() - start >= 3);
  await assertRejects(() => clock.sleep(NaN), TypeError);
});

Deno.test("RealClock.sleep() of 0 lets the event loop take a turn, again and again", async () => {
  const clock = new RealClock();
  let fired = false;
  setTimeout(() => fired = true, 1);
  const end = clock.now() + 10_000;
  while (!fired && clock.now() < end) await clock.sleep(0);
  assert(fired);
});

Deno.test("RealClock.sleep() rejects with the reason of an AbortSignal, and leaves no timer", async () => {
  const clock = new RealClock();
  const controller = new AbortController();
  const sleep = clock.sleep(Infinity, controller.signal);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => sleep, RangeError, "enough");
  await assertRejects(() => clock.sleep(60_000, controller.signal), RangeError, "enough");
});
