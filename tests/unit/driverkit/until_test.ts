import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Clock } from "../../../core/clock.ts";
import { VfioError } from "../../../core/errors.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { until, untilAsync } from "../../../driverkit/until.ts";

/** A clock that moves only when somebody waits. */
class StepClock implements Clock {
  time = 0;
  now(): number {
    return this.time;
  }
  pause(ms: number): void {
    this.time += ms;
  }
  sleep(ms: number): Promise<void> {
    this.time += ms;
    return Promise.resolve();
  }
}

Deno.test("until() gives what the condition gave", () => {
  const clock = new StepClock();
  assertEquals(
    until(clock, () => clock.time >= 3 ? "ready" : undefined, { timeoutMs: 10, intervalMs: 1 }),
    "ready",
  );
  assertEquals(clock.time, 3);
});

Deno.test("until() throws ETIMEDOUT that names what was waited for", () => {
  const error = assertThrows(
    () => until(new StepClock(), () => false, { timeoutMs: 5, what: "the link" }),
    VfioError,
    "the link",
  );
  assertEquals(error.code, "ETIMEDOUT");
});

Deno.test("until() asks once more after the time is up", () => {
  const clock = new StepClock();
  assertEquals(until(clock, () => clock.time >= 10, { timeoutMs: 5, intervalMs: 10 }), true);
});

Deno.test("until() refuses a timeout that is no time", () => {
  assertThrows(() => until(new StepClock(), () => true, { timeoutMs: NaN }), TypeError, "timeoutMs");
});

Deno.test("until() asks without a rest when the interval is 0, and at least once when the time is", () => {
  const clock = new StepClock();
  let polls = 0;
  const condition = () => ++polls === 5 && (clock.time = 7);
  assertEquals([until(clock, condition, { timeoutMs: 1, intervalMs: 0 }), polls], [7, 5]);
  assertEquals(until(clock, () => "now", { timeoutMs: 0 }), "now");
  assertThrows(() => until(clock, () => 0n, { timeoutMs: 0 }), VfioError, "the condition");
});

Deno.test("until() throws what the condition throws", () => {
  const broken = () => {
    throw new RangeError("broken");
  };
  assertThrows(() => until(new StepClock(), broken, { timeoutMs: 1 }), RangeError, "broken");
});

Deno.test("untilAsync() throws ETIMEDOUT that names what was waited for", async () => {
  const error = await assertRejects(
    () => untilAsync(new StepClock(), () => Promise.resolve(""), { timeoutMs: 5, what: "the queue" }),
    VfioError,
    "the queue",
  );
  assertEquals(error.code, "ETIMEDOUT");
});

Deno.test("untilAsync() asks nothing when its signal is aborted already", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  let polls = 0;
  const options = { timeoutMs: 1000, signal };
  await assertRejects(() => untilAsync(new StepClock(), () => ++polls, options), Error, "enough");
  assertEquals(polls, 0);
});

Deno.test("untilAsync() that is aborted while it rests ends at once", async () => {
  const { clock } = new EmulatedHost();
  const controller = new AbortController();
  const options = { timeoutMs: 1e9, intervalMs: Infinity, signal: controller.signal };
  const waiting = assertRejects(() => untilAsync(clock, () => false, options), Error, "enough");
  await clock.sleep(5);
  controller.abort(new Error("enough"));
  await waiting;
});

Deno.test("untilAsync() waits for promises and gives their value", async () => {
  const clock = new StepClock();
  const value = await untilAsync(clock, () => Promise.resolve(clock.time > 2 && 7), {
    timeoutMs: 10,
    intervalMs: 1,
  });
  assertEquals(value, 7);
});

Deno.test("untilAsync() ends when its signal is aborted", async () => {
  const controller = new AbortController();
  const clock = new StepClock();
  const condition = () => {
    if (clock.time > 3) controller.abort(new Error("enough"));
    return false;
  };
  const options = { timeoutMs: 1000, intervalMs: 1, signal: controller.signal };
  await assertRejects(() => untilAsync(clock, condition, options), Error, "enough");
});
