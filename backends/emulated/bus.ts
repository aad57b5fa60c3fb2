/** EmulatedBus: what a device may do from its slot. */
import type { DeviceBus, InterruptMode, Timer } from "../../devices/device_model.ts";
import type { Message } from "../../devices/msix_table.ts";
import { WINDOW_LAST, WINDOW_START } from "./interrupt_controller.ts";
import type { Machine } from "./machine.ts";
import type { PciSlot } from "./pci_slot.ts";

const PAGE = 4096n;
/** How much later than planned an action may run when a seed is set: a part of the delay. */
const JITTER = 0.25;

/**
 * A slot's way to time, memory and interrupts.
 *
 * DMA is cut at page boundaries, and each page goes through the IOMMU of the group's container by itself.
 */
export class EmulatedBus implements DeviceBus {
  readonly address: string;
  readonly #machine: Machine;
  readonly #slot: () => PciSlot;

  /** @param slot Gives the slot: it is made after the bus. */
  constructor(machine: Machine, address: string, slot: () => PciSlot) {
    this.#machine = machine;
    this.address = address;
    this.#slot = slot;
  }

  /** Which kind of interrupt is enabled. */
  get interruptMode(): InterruptMode {
    return this.#slot().function.interruptMode;
  }

  /** Nanoseconds of virtual time. */
  now(): number {
    return this.#machine.queue.now;
  }

  /** Plans an action. */
  after(nanoseconds: number, action: () => void): Timer {
    const delay = nanoseconds * (1 + JITTER * this.#machine.random.late());
    return this.#machine.queue.after(delay, () => {
      if (this.#slot().ailment !== "gone") action();
    });
  }

  /** Reads memory by DMA. */
  readMemory(address: bigint, into: Uint8Array): boolean {
    return this.#pages(address, into, false, (physical, part) => this.#machine.readPhysical(physical, part));
  }

  /** Writes memory by DMA. */
  writeMemory(address: bigint, from: Uint8Array): boolean {
    return this.#pages(address, from, true, (physical, part) => this.#machine.writePhysical(physical, part));
  }

  /** Asserts or deasserts INTx. */
  setIntx(asserted: boolean): void {
    this.#slot().function.setIntx(asserted);
  }

  /** Sends the message of a vector. */
  sendMessage(vector: number): void {
    this.#slot().function.sendMessage(vector);
  }

  /** Takes a message that the function sends up. */
  message(message: Message): void {
    const slot = this.#slot();
    if (slot.ailment === "gone" || slot.loses()) return;
    const reason = this.#machine.controller.deliver(this.address, message);
    if (reason !== undefined) {
      this.#machine.fault({ address: this.address, iova: message.address, write: true, reason });
    }
  }

  #pages(
    address: bigint,
    bytes: Uint8Array,
    write: boolean,
    access: (physical: number, part: Uint8Array) => boolean,
  ): boolean {
    const slot = this.#slot();
    if (slot.ailment === "gone" || !slot.function.busMaster) return false;
    let all = true;
    for (let done = 0; done < bytes.length;) {
      const iova = address + BigInt(done);
      const count = Math.min(bytes.length - done, Number(PAGE - iova % PAGE));
      const part = bytes.subarray(done, done + count);
      done += count;
      if (write && iova >= WINDOW_START && iova <= WINDOW_LAST && count === 4) {
        const view = new DataView(part.buffer, part.byteOffset, 4);
        this.message({ address: iova, data: view.getUint32(0, true) });
        continue;
      }
      const physical = this.#translate(iova, write);
      if (physical === undefined || !access(physical, part)) all = false;
    }
    return all;
  }

  #translate(iova: bigint, write: boolean): number | undefined {
    const result = this.#machine.translate(this.#slot(), iova, write);
    if ("physical" in result) return Number(result.physical);
    this.#machine.fault({ address: this.address, iova: result.iova ?? iova, write, reason: result.fault });
    return undefined;
  }
}
