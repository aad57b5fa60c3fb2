import { assert, assertEquals } from "@std/assert";
import { Eventfd } from "../../os/eventfd.ts";
import { allocateMemory } from "../../os/allocate.ts";
import "./holdings.ts";
import { CONFIG, MadeUpDevice } from "./made_up_device.ts";

/** What a heap may grow by that is not used: looking at it allocates, and so does what the engine notes down. */
const SLACK = 1_100_000;
const SAMPLES = 10;

/** Says how much the heap grows and shrinks while an action runs: garbage shows, collected or not. */
function unrest(times: number, action: (i: number) => unknown): number {
  const sizes: number[] = [];
  // The first samples are for the engine to compile what is hot.
  for (let sample = 0; sample < 2 * SAMPLES; sample++) {
    for (let i = 0; i < times / SAMPLES; i++) action(i);
    sizes.push(Deno.memoryUsage().heapUsed);
  }
  const last = sizes.slice(SAMPLES);
  return Math.max(...last) - Math.min(...last);
}

Deno.test("unrest() shows 16 bytes of garbage each time", () => {
  let kept: unknown;
  assert(unrest(10_000_000, (i) => kept = { i }) > SLACK);
  assert(kept !== undefined);
});

Deno.test("VolatileMemory makes ten million accesses, and no garbage", () => {
  using memory = allocateMemory(4096, {});
  let sum = 0;
  const garbage = unrest(10_000_000, (i) => {
    // The upper bit is set: no small integer of the engine's.
    memory.write32(8, ~i >>> 0);
    sum += memory.read32(8);
  });
  assert(garbage < SLACK, `${garbage} bytes`);
  assert(sum > 0);
});

Deno.test("LinuxRegion reads and writes registers again and again, and makes no garbage", () => {
  using device = new MadeUpDevice({ [CONFIG]: { size: 256 } });
  const region = device.region(CONFIG);
  const garbage = unrest(100_000, (i) => region.write32(16, ~region.read32(4 * (i % 4)) >>> 0));
  assert(garbage < SLACK / 2, `${garbage} bytes`);
});

Deno.test("Eventfd.read() and waitSync() make no garbage", () => {
  using signal = new Eventfd();
  assertEquals(signal.read(), 0);
  let sum = 0;
  const garbage = unrest(100_000, () => sum += signal.read() + signal.waitSync(0));
  assert(garbage < SLACK / 2, `${garbage} bytes`);
  assertEquals(sum, 0);
});
