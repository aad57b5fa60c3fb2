import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Clock } from "../../../core/clock.ts";
import { VfioError } from "../../../core/errors.ts";
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
