/**
 * Takes an edu device into full use and never lets it go: kill_test.ts kills it.
 *
 *     deno run --allow-ffi tests/vm/guest/hold.ts ADDRESS
 *
 * @module
 */
import { openDevice, registers } from "../../../mod.ts";
import { EDU } from "../../../devices/mod.ts";

const device = openDevice(Deno.args[0] ?? "");
const regs = registers(device.region("bar0"), EDU);
const buffer = device.allocate(1 << 20, { maxIova: 0xfff_ffffn });
const [vector] = device.enableInterrupts("msi").vectors;
device.config.command.update({ busMaster: true });
regs.status.write({ irqWhenDone: true });
// Whoever kills this finds transfers and interrupts under way.
for (let turn = 0;; turn++) {
  regs.dmaSource.write(0x4_0000n);
  regs.dmaDestination.write(buffer.iova);
  regs.dmaCount.write(2048n);
  regs.dmaCommand.write({ start: true, toMemory: true, irqWhenDone: true });
  if (turn === 0) console.log("held");
  await vector.wait({ timeoutMs: 1000 });
  regs.irqAck.write(regs.irqStatus.read());
}
