/** A driver for QEMU's edu device: what a driver on this module looks like. */
import { VfioError } from "../../core/errors.ts";
import { IRQ_INDEX } from "../../core/irq.ts";
import { registers } from "../../core/registers.ts";
import type { Registers } from "../../core/registers.ts";
import type { PciDevice } from "../../driverkit/pci_device.ts";
import type { Vector } from "../../driverkit/vector.ts";
import { EDU, EDU_BUFFER } from "./registers.ts";

const TIMEOUT_MS = 5000;

/**
 * Drives an edu device: factorials and DMA, completed by interrupts.
 *
 * Calls may overlap: they are carried out one after the other, for all share one interrupt.
 *
 * @see QEMU, docs/specs/edu.rst
 */
export class Edu {
  /** The device's registers, for what the driver does not wrap. */
  readonly registers: Registers<typeof EDU>;
  /** The kind of interrupt in use: MSI where the device has it. */
  readonly interrupt: "msi" | "intx";
  readonly #vector: Vector;
  #last: Promise<unknown> = Promise.resolve();

  /** Takes an open device into use; the device stays the caller's to dispose of. */
  constructor(device: PciDevice) {
    this.registers = registers(device.region("bar0"), EDU);
    this.interrupt = device.model.irqInfo(IRQ_INDEX.msi).count > 0 ? "msi" : "intx";
    [this.#vector] = device.enableInterrupts(this.interrupt, { count: 1 }).vectors;
    device.config.command.update({ busMaster: true });
  }

  /** Computes `n`! in 32 bits, as the device does. @throws {VfioError} `ETIMEDOUT` when no interrupt comes. */
  factorial(n: number): Promise<number> {
    return this.#inTurn(async () => {
      this.registers.status.write({ irqWhenDone: true });
      this.registers.factorial.write(n);
      await this.#completion(() => !this.registers.status.read().computing);
      return this.registers.factorial.read();
    });
  }

  /**
   * Copies `size` bytes from memory at `iova` into the device's buffer of 4096 bytes.
   *
   * @throws {VfioError} `ETIMEDOUT` when no interrupt comes.
   * @throws {RangeError} for a size that is not the buffer's.
   */
  load(iova: bigint, size: number): Promise<void> {
    return this.#inTurn(() => this.#dma(iova, BigInt(EDU_BUFFER.at), size, { toMemory: false }));
  }

  /** Copies `size` bytes from the device's buffer to memory at `iova`, and throws as {@linkcode load}. */
  store(iova: bigint, size: number): Promise<void> {
    return this.#inTurn(() => this.#dma(BigInt(EDU_BUFFER.at), iova, size, { toMemory: true }));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #dma(
    source: bigint,
    destination: bigint,
    size: number,
    command: { toMemory: boolean },
  ): Promise<void> {
    if (!(size >= 1 && size <= EDU_BUFFER.size)) {
      throw new RangeError(`Cannot transfer ${size} bytes: the device's buffer has ${EDU_BUFFER.size}`);
    }
    this.registers.dmaSource.write(source);
    this.registers.dmaDestination.write(destination);
    this.registers.dmaCount.write(BigInt(size));
    this.registers.dmaCommand.write({ ...command, start: true, irqWhenDone: true });
    await this.#completion(() => !this.registers.dmaCommand.read().start);
  }

  /** Waits for interrupts until the work is done: the first may be one that came too late for a call before. */
  async #completion(done: () => boolean): Promise<void> {
    do {
      if (await this.#vector.wait({ timeoutMs: TIMEOUT_MS }) === 0) throw timedOut(this.interrupt);
      this.registers.irqAck.write(this.registers.irqStatus.read());
    } while (!done());
  }
}

function timedOut(interrupt: string): VfioError {
  return new VfioError({
    code: "ETIMEDOUT",
    operation: "wait",
    subject: `edu's ${interrupt} interrupt`,
    detail: `not within ${TIMEOUT_MS} ms; is the device bus master?`,
  });
}
