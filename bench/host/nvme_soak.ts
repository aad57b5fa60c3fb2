/**
 * Runs the NVMe driver for long: no command may get lost or end twice, no block read wrong, and the heap may not grow.
 *
 *     deno task soak [COMMANDS]                                              on an emulated controller
 *     deno run --allow-ffi --v8-flags=--expose-gc bench/host/nvme_soak.ts COMMANDS ADDRESS    on a real one
 *
 * **It overwrites the first blocks of the first namespace.** It ends with status 1 when something is wrong.
 */
import { openDevice } from "@vfio/vfio";
import { EmulatedNvme } from "@vfio/vfio/devices";
import { EmulatedHost } from "@vfio/vfio/emulated";
import { linux } from "@vfio/vfio/linux";
import { openNvme } from "@vfio/vfio/nvme";
import { Soak } from "../nvme_soak.ts";

const COMMANDS = 10_000_000;
/** Looks at the heap, and commands between two of them at least: before, the engine is still at work on the driver. */
const LOOKS = 10;
const ROUND = 100_000;
const EMULATED = "0000:01:00.0";
/** What the heap may grow by from the first look on, in bytes: the engine keeps notes; a leak would be 16 of each command. */
const GROWTH = 1024 * 1024;

/** Bytes that are in use, after a collection. */
function heap(): number {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect !== "function") throw new Error("--v8-flags=--expose-gc is needed");
  collect();
  return Deno.memoryUsage().heapUsed;
}

async function main([count = String(COMMANDS), address]: readonly string[]): Promise<void> {
  const commands = Number(count);
  const backend = address === undefined ? new EmulatedHost().plug(EMULATED, new EmulatedNvme()) : linux();
  using device = openDevice(address ?? EMULATED, { backend });
  await using nvme = await openNvme(device, { interrupts: "none" });
  using soak = new Soak(device, nvme, { seed: 1, depth: 64 });
  let first: number | undefined;
  for (let done = 0; done < commands;) {
    const round = Math.min(Math.max(ROUND, Math.ceil(commands / LOOKS)), commands - done);
    const start = performance.now();
    soak.run(round);
    done += round;
    const used = heap();
    first ??= used;
    const seconds = (performance.now() - start) / 1000;
    console.log(`${done} commands, ${seconds.toFixed(1)} s for the last ${round}; heap ${used} bytes`);
    if (used > first + GROWTH) throw new Error(`the heap grew by ${used - first} bytes`);
  }
}

if (import.meta.main) await main(Deno.args);
