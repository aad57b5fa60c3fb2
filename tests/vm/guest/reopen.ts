/**
 * Opens an edu device that was just in use, as soon as the kernel has taken that use down, and uses it.
 *
 *     deno run --allow-ffi tests/vm/guest/reopen.ts ADDRESS
 *
 * @module
 */
import { openDevice, until, VfioError } from "../../../mod.ts";
import type { PciDevice } from "../../../mod.ts";
import { linux } from "../../../backends/linux/mod.ts";
import { Edu } from "../../../devices/mod.ts";

const address = Deno.args[0] ?? "";

function tryToOpen(): PciDevice | undefined {
  try {
    return openDevice(address);
  } catch (error) {
    if (error instanceof VfioError && error.code === "EBUSY") return undefined;
    throw error;
  }
}

using device = until(linux().clock, tryToOpen, {
  timeoutMs: 10_000,
  intervalMs: 20,
  what: "the group to be free",
});
const fresh = device.config.command.read();
const edu = new Edu(device);
using buffer = device.allocate(2048, { maxIova: 0xfff_ffffn });
// What the killed program left under way has to end first.
until(device.clock, () => !edu.registers.dmaCommand.read().start, { timeoutMs: 5000 });
edu.registers.irqAck.write(0xffff_ffff);
buffer.bytes.fill(0x5a);
await edu.load(buffer.iova, 2048);
buffer.bytes.fill(0);
await edu.store(buffer.iova, 2048);
const same = buffer.bytes.subarray(0, 2048).every((byte) => byte === 0x5a);
console.log(
  `bus master ${fresh.busMaster}, 10! = ${await edu.factorial(10)}, DMA ${same ? "equal" : "different"}`,
);
