import { assertEquals } from "@std/assert";
import { registers } from "../../../../../mod.ts";
import { NVME } from "../../../../../devices/mod.ts";
import { readCapabilities } from "../../../../../devices/nvme/driver/capabilities.ts";
import { Life } from "../../../../../devices/nvme/driver/life.ts";
import { ADDRESS, errorOf, Machine, thrownBy } from "./machine.ts";

/** A controller's registers, and the life behind them. */
function lifeOf({ device }: Machine) {
  const bar = device.region("bar0");
  const regs = registers(bar, NVME);
  const life = new Life(regs, device.clock, readCapabilities(regs, bar.size, ADDRESS), ADDRESS);
  return { regs, life };
}

Deno.test("Life.enable() makes the controller ready with the queues it was given, and disable() stops it", async () => {
  using machine = new Machine();
  const { regs, life } = lifeOf(machine);
  await life.disable();
  await life.enable({ entries: 32, submissions: 0x1000n, completions: 0x2000n });
  assertEquals([regs.asq.read(), regs.acq.read(), regs.aqa.read().raw], [0x1000n, 0x2000n, 31 | (31 << 16)]);
  const { iosqes, iocqes, mps, en } = regs.cc.read();
  assertEquals([iosqes, iocqes, mps, en, life.status().rdy], [6, 4, 0, true, true]);
  life.check();
  await life.disable();
  assertEquals([life.status().rdy, regs.cc.read().en], [false, false]);
});

Deno.test("Life.enable() ends at once with EIO when the controller tells of a fatal error", async () => {
  using machine = new Machine();
  const { life } = lifeOf(machine);
  const before = machine.device.clock.now();
  // A queue that is not page-aligned is none.
  const error = await errorOf(life.enable({ entries: 32, submissions: 0x1008n, completions: 0x2000n }));
  assertEquals([error.code, machine.device.clock.now() - before < 10], ["EIO", true]);
  assertEquals(thrownBy(() => life.check()).code, "EIO");
  await life.disable();
  life.check();
});

Deno.test("Life.shutDown() and disable() find out that the device is gone", async () => {
  using machine = new Machine();
  const { life } = lifeOf(machine);
  machine.host.inject(ADDRESS, "gone");
  for (const run of [() => life.shutDown(100), () => life.disable()]) {
    assertEquals((await errorOf(run())).code, "ENODEV");
  }
});

Deno.test("Life.disable() ends a shutdown that was asked for", async () => {
  using machine = new Machine();
  const { regs, life } = lifeOf(machine);
  await life.enable({ entries: 32, submissions: 0x1000n, completions: 0x2000n });
  await life.shutDown(100);
  assertEquals(life.status().shst, 2);
  await life.disable();
  assertEquals([regs.cc.read().shn, life.status().shst], [0, 0]);
});
