import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { VfioError } from "../../../core/errors.ts";
import { withDeadline } from "../../../driverkit/deadline.ts";

Deno.test("withDeadline() gives what the work gives, and leaves no timer behind", async () => {
  assertEquals(await withDeadline(() => Promise.resolve(7), 10_000, "close", "edu"), 7);
  assertEquals(await withDeadline(() => Promise.resolve("now"), 0, "close", "edu"), "now");
});

Deno.test("withDeadline() rejects as the work does", async () => {
  const reason = new Error("broken");
  const fails = () => withDeadline(() => Promise.reject(reason), 10_000, "close", "edu");
  assertStrictEquals(await assertRejects(fails, Error), reason);
  const throws = () =>
    withDeadline(
      () => {
        throw reason;
      },
      10_000,
      "close",
      "edu",
    );
  assertStrictEquals(await assertRejects(throws, Error), reason);
});

Deno.test("withDeadline() says ETIMEDOUT when the time is up, and what was waited for", async () => {
  const error = await assertRejects(
    () => withDeadline(() => new Promise(() => {}), 1, "VFIO_DEVICE_RESET", "0000:00:04.0"),
    VfioError,
    "not within 1 ms",
  );
  assertEquals([error.code, error.operation, error.subject], [
    "ETIMEDOUT",
    "VFIO_DEVICE_RESET",
    "0000:00:04.0",
  ]);
});

Deno.test("withDeadline() lets work that is late fail by itself", async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  await assertRejects(() => withDeadline(() => promise, 1, "close", "edu"), VfioError);
  // Were it not handled, it would end the test.
  reject(new Error("late"));
  await promise.catch(() => {});
});

Deno.test("withDeadline() waits as long as it is told, also longer than any timer", async () => {
  for (const timeoutMs of [2 ** 31 - 1, 2 ** 31, 1e12, Infinity]) {
    const { promise, resolve } = Promise.withResolvers<string>();
    const waiting = withDeadline(() => promise, timeoutMs, "close", "edu");
    // A timer that fires at once would come first.
    await new Promise<void>((turn) => setTimeout(turn, 2));
    resolve("in time");
    assertEquals(await waiting, "in time");
  }
});

Deno.test("withDeadline() starts nothing without a time", async () => {
  let started = 0;
  const work = () => Promise.resolve(started++);
  for (const timeoutMs of [NaN, -1]) {
    await assertRejects(() => withDeadline(work, timeoutMs, "close", "edu"), TypeError, "timeoutMs");
  }
  assertEquals(started, 0);
});
