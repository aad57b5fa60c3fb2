/** Signals of the kernel, and interrupts of the emulated host. */
import { openDevice } from "@vfio/vfio";
import { EmulatedEdu } from "@vfio/vfio/devices";
import { EmulatedHost } from "@vfio/vfio/emulated";
import { linux } from "@vfio/vfio/linux";
import { against, alone } from "../line.ts";
import type { Line } from "../line.ts";
import { median } from "../paired.ts";
import { parameter, post } from "./worker.ts";

const TURN = 200;
const BATCHES = 41;
const EDU = "0000:00:04.0";

const { symbols: c } = Deno.dlopen(parameter(import.meta.url, "library"), {
  notify_and_read: { parameters: ["u32"], result: "i32" },
});

using signal = linux().createSignal();
const backend = new EmulatedHost().plug(EDU, new EmulatedEdu());
using device = openDevice(EDU, { backend });
const [vector] = device.enableInterrupts("msi").vectors;

/** What awaits cannot be told from what else the event loop does, so it is measured in batches of its own. */
async function awaited(what: string, round: () => Promise<unknown>): Promise<Line> {
  const times: number[] = [];
  for (let batch = 0; batch < 2 * BATCHES; batch++) {
    const start = performance.now();
    for (let i = 0; i < TURN; i++) await round();
    // The first half is to warm up.
    if (batch >= BATCHES) times.push((performance.now() - start) * 1e6 / TURN);
  }
  return { what, unit: "ns", value: median(times) };
}

post([
  await against("signal: notify, read", TURN, () => {
    for (let i = 0; i < TURN; i++) {
      signal.notify();
      signal.read();
    }
  }, () => c.notify_and_read(TURN)),
  await awaited("signal: wait(), notify", () => {
    const wait = signal.wait();
    signal.notify();
    return wait;
  }),
  alone("emulated interrupt: trigger, waitSync()", TURN, () => {
    for (let i = 0; i < TURN; i++) {
      vector.trigger();
      vector.waitSync(1);
    }
  }),
  await awaited("emulated interrupt: trigger, wait()", () => {
    vector.trigger();
    return vector.wait();
  }),
]);
