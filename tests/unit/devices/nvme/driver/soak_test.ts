import { assertThrows } from "@std/assert";
import { NVME_STATUS } from "../../../../../devices/mod.ts";
import { Soak } from "../../../../../bench/nvme_soak.ts";
import { Machine } from "./machine.ts";

const OPTIONS = { seed: 7, depth: 32 };

Deno.test("The driver loses no command, ends none twice and mixes no data up, over many turns of its queues", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ entries: 64, interrupts: "none" });
  using soak = new Soak(machine.device, nvme, OPTIONS);
  soak.run(20_000);
});

Deno.test("Soak.run() finds a command that never ends", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ interrupts: "none" });
  using soak = new Soak(machine.device, nvme, OPTIONS);
  let left = 50;
  machine.model.completes = (entry) => entry.sqid !== 0 && left-- === 0 ? [] : [entry];
  assertThrows(() => soak.run(200, 100_000), Error, "1 commands never ended");
});

Deno.test("Soak.run() finds a block that reads as something else, and an end that is an error", async () => {
  using machine = new Machine();
  await using nvme = await machine.open({ interrupts: "none" });
  const namespace = nvme.namespace(1);
  {
    using soak = new Soak(machine.device, nvme, OPTIONS);
    soak.run(1000);
    await namespace.write(0, new Uint8Array(OPTIONS.depth * 64 * namespace.blockSize).fill(7));
    assertThrows(() => soak.run(1000), Error, "reads as stamp 117901063 of block 117901063");
    await nvme.reset();
  }
  using soak = new Soak(machine.device, nvme, OPTIONS);
  machine.model.completes = (
    entry,
  ) => [entry.sqid === 0 ? entry : { ...entry, status: NVME_STATUS.dataTransferError }];
  assertThrows(() => soak.run(10), Error, "ended with status 0x4");
});
