import { assertEquals, assertThrows } from "@std/assert";
import { settingsOf } from "../../../../../devices/nvme/driver/options.ts";

Deno.test("settingsOf() fills in what is not said", () => {
  assertEquals(settingsOf({ queues: 3 }), {
    queues: 3,
    atLeast: 3,
    entries: 256,
    interrupts: undefined,
    timeoutMs: 30_000,
    adminTimeoutMs: 60_000,
    shutdownMs: 5000,
  });
});

Deno.test("settingsOf() refuses what cannot be", () => {
  for (const queues of [0, -1, 1.5, NaN]) assertThrows(() => settingsOf({ queues }), TypeError);
  assertThrows(() => settingsOf({ atLeast: 0 }), TypeError);
  assertThrows(() => settingsOf({ queues: 2, atLeast: 3 }), RangeError, "`queues` is the most");
  for (const entries of [0, 1, 4097, 2.5]) assertThrows(() => settingsOf({ entries }), RangeError);
  for (const name of ["timeoutMs", "adminTimeoutMs", "shutdownMs"]) {
    assertThrows(() => settingsOf({ [name]: -1 }), TypeError, name);
  }
});
