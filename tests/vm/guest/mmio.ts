/**
 * Runs every pattern cold, then a hundred thousand times unwatched, then once more: mmio_test.ts reads QEMU's trace.
 *
 *     deno run -A tests/vm/guest/mmio.ts EDU RNG
 *
 * @module
 */
import { AddressSpace } from "../../../mod.ts";
import { MARKER, markOf, PATTERNS } from "./mmio_patterns.ts";

const TIMES = 100_000;

function trace(state: "on" | "off"): void {
  for (const event of ["memory_region_ops_read", "memory_region_ops_write"]) {
    const { success } = new Deno.Command("hmp", { args: ["trace-event", event, state] }).outputSync();
    if (!success) throw new Error(`the monitor does not switch ${event} ${state}`);
  }
}

const [edu, rng] = Deno.args;
if (edu === undefined || rng === undefined) throw new Error("two addresses are needed");
using space = new AddressSpace();
const regions = { edu: space.open(edu).region("bar0"), rng: space.open(rng).region("bar4") };

function mark(value: number): void {
  regions.edu.write32(MARKER.at, value);
}

PATTERNS.forEach(({ device, run }, i) => {
  mark(markOf(i, false));
  run(regions[device]);
});
mark(MARKER.end);
trace("off");
for (const { device, run } of PATTERNS) for (let i = 0; i < TIMES; i++) run(regions[device]);
trace("on");
PATTERNS.forEach(({ device, run }, i) => {
  mark(markOf(i, true));
  run(regions[device]);
});
mark(MARKER.end);
