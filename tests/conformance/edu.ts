/** What cases make an edu device do. */
import type { Device } from "../../core/device.ts";
import { EDU } from "../../devices/edu/registers.ts";
import type { Fixture } from "./fixture.ts";

/** What edu's identification register holds. */
export const EDU_ID = 0x0100_00ed;
/** The DMA engine's commands: start, and the direction. */
const START = 1;
const TO_MEMORY = 2;
/** A transfer takes 100 ms of device time. */
const DMA_MS = 10_000;

/** Makes edu interrupt. Dispose acknowledges, so that nothing is left asserted for the next case. */
export function raise(device: Device, causes = 1): Disposable {
  device.region(0).write32(EDU.irqRaise.at, causes);
  return { [Symbol.dispose]: () => acknowledge(device) };
}

/** Clears every cause; edu then lowers its line. */
export function acknowledge(device: Device): void {
  device.region(0).write32(EDU.irqAck.at, 0xffff_ffff);
}

/** Switches bus mastering on or off. */
export function setBusMaster(device: Device, on: boolean): void {
  const config = device.region(7);
  const command = config.read16(4);
  config.write16(4, on ? command | 4 : command & ~4);
}

/** One transfer of edu's engine: addresses as the engine has them, its own buffer's included. */
export interface Transfer {
  readonly from: bigint;
  readonly to: bigint;
  readonly size: number;
  /** From the device's buffer to memory. */
  readonly toMemory: boolean;
}

/** Lets edu transfer, and waits until its engine is idle again. The device must be bus master. */
export function transfer(machine: Fixture, device: Device, { from, to, size, toMemory }: Transfer): void {
  const bar = device.region(0);
  bar.write32(EDU.dmaSource.at, Number(from));
  bar.write32(EDU.dmaDestination.at, Number(to));
  bar.write32(EDU.dmaCount.at, size);
  bar.write32(EDU.dmaCommand.at, START | (toMemory ? TO_MEMORY : 0));
  const { clock } = machine.backend;
  const deadline = clock.now() + DMA_MS;
  while ((bar.read32(EDU.dmaCommand.at) & START) !== 0) {
    if (clock.now() > deadline) throw new Error(`The engine of ${device.name} is busy after ${DMA_MS} ms`);
    clock.pause(10);
  }
}
