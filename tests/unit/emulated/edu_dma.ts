/** DMA by an edu device of an emulated host. */
import type { Device } from "../../../core/device.ts";
import type { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EDU, EDU_BUFFER } from "../../../devices/edu/registers.ts";

const START = 1;
const TO_MEMORY = 2;
const BUS_MASTER = 4;

/** Lets edu copy bytes of its buffer to an IOVA, and waits for it. */
export function writeByDma(host: EmulatedHost, device: Device, iova: bigint, size = 4): void {
  run(host, device, { source: BigInt(EDU_BUFFER.at), destination: iova, size, command: START | TO_MEMORY });
}

/** Lets edu copy bytes at an IOVA into its buffer, and waits for it. */
export function readByDma(host: EmulatedHost, device: Device, iova: bigint, size = 4): void {
  run(host, device, { source: iova, destination: BigInt(EDU_BUFFER.at), size, command: START });
}

function run(
  host: EmulatedHost,
  device: Device,
  { source, destination, size, command }: {
    source: bigint;
    destination: bigint;
    size: number;
    command: number;
  },
): void {
  const config = device.region(7);
  config.write16(4, config.read16(4) | BUS_MASTER);
  const bar = device.region(0);
  bar.write64(EDU.dmaSource.at, source);
  bar.write64(EDU.dmaDestination.at, destination);
  bar.write64(EDU.dmaCount.at, BigInt(size));
  bar.write64(EDU.dmaCommand.at, BigInt(command));
  host.settle();
}
