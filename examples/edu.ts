/**
 * Drives an edu device: on an emulated host, without any permission, or on hardware.
 *
 *     deno run examples/edu.ts
 *     deno run --allow-ffi examples/edu.ts --backend linux 0000:00:04.0
 */
import { openDevice, VfioError } from "@vfio/vfio";
import type { PciDevice } from "@vfio/vfio";
import { Edu } from "@vfio/vfio/devices";
import { target } from "./arguments.ts";

const LIVENESS = 0x1234_5678;
/** edu's DMA engine has 28 address bits. */
const MAX_IOVA = 0xfff_ffffn;
/** Half of edu's buffer. */
const SIZE = 2048;

async function demo(device: PciDevice): Promise<void> {
  const edu = new Edu(device);
  const { raw, major, minor } = edu.registers.id.read();
  say("identity", `${hex(raw)}, edu ${major}.${minor}`);

  edu.registers.liveness.write(LIVENESS);
  const inverted = edu.registers.liveness.read();
  say(
    "liveness",
    `${hex(LIVENESS)} comes back as ${hex(inverted)}: ${inverted === ~LIVENESS >>> 0 ? "alive" : "dead"}`,
  );

  say("10!", `${await edu.factorial(10)}, told by ${edu.interrupt.toUpperCase()}`);

  using buffer = device.allocate(SIZE, { maxIova: MAX_IOVA });
  const pattern = Uint8Array.from({ length: SIZE }, (_, i) => i * 7 + (i >> 8));
  buffer.bytes.set(pattern);
  await edu.load(buffer.iova, SIZE);
  buffer.bytes.fill(0);
  await edu.store(buffer.iova, SIZE);
  const back = buffer.bytes.slice(0, SIZE);
  say(
    "DMA",
    `${SIZE} bytes to the device and back at IOVA ${hex(buffer.iova)}: ${
      equal(back, pattern) ? "equal" : "different"
    }`,
  );

  using memory = device.space.backend.allocate(SIZE);
  using mapping = device.map(memory, { maxIova: MAX_IOVA });
  const { iova } = mapping;
  await edu.store(iova, SIZE);
  say(
    "mapped",
    `DMA to IOVA ${hex(iova)} ${equal(memory.bytes.slice(0, SIZE), pattern) ? "arrives" : "is lost"}`,
  );
  mapping[Symbol.dispose]();
  memory.bytes.fill(0);
  await edu.store(iova, SIZE);
  say(
    "unmapped",
    `DMA to IOVA ${hex(iova)} ${memory.bytes.every((byte) => byte === 0) ? "is blocked" : "ARRIVES"}`,
  );
  for (const fault of device.space.backend.host.faults() ?? []) {
    say(
      "fault",
      `${fault.address} ${fault.write ? "wrote" : "read"} IOVA ${hex(fault.iova)}: ${fault.reason}`,
    );
  }
}

function say(what: string, text: string): void {
  console.log(`${what.padEnd(10)}${text}`);
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

try {
  const { backend, address } = target(Deno.args, "examples/edu.ts");
  using device = openDevice(address, { backend });
  say("device", `${address} on ${backend.name}`);
  await demo(device);
} catch (error) {
  console.error(error instanceof VfioError ? error.explain() : error);
  Deno.exit(1);
}
