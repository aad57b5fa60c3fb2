import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import { loopback } from "../../../../cli/irq/trigger.ts";
import { unseen } from "../unseen.ts";

Deno.test("loopback() ends at the first interrupt that does not arrive", async () => {
  let fired = 0;
  const vector = { trigger: () => void fired++, waitSync: () => fired === 3 ? 0 : 1 };
  const { triggered, arrived, times } = await loopback(
    unseen(),
    new EmulatedHost().clock,
    vector,
    10,
  );
  assertEquals([triggered, arrived, times.count, fired], [3, 2, 2, 3]);
});
