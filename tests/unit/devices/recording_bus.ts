/** RecordingBus: a machine as small as a device model's test needs it. */
import type { DeviceBus, InterruptMode, Timer } from "../../../devices/device_model.ts";

/** An access to memory that a device made. */
export interface Access {
  readonly address: bigint;
  readonly size: number;
  readonly write: boolean;
}

/** Writes down what a model does, holds 1 MiB of memory for it, and lets time pass when it is told to. */
export class RecordingBus implements DeviceBus {
  readonly address = "0000:00:04.0";
  interruptMode: InterruptMode = "intx";
  /** Levels of the INTx line, each time it was set. */
  readonly levels: boolean[] = [];
  /** Vectors of the messages that were sent. */
  readonly messages: number[] = [];
  readonly accesses: Access[] = [];
  readonly memory = new Uint8Array(1 << 20);
  #planned: { readonly time: number; readonly action: () => void }[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  after(nanoseconds: number, action: () => void): Timer {
    const event = { time: this.#now + nanoseconds, action };
    this.#planned.push(event);
    return { cancel: () => this.#planned = this.#planned.filter((other) => other !== event) };
  }

  readMemory(address: bigint, into: Uint8Array): boolean {
    this.accesses.push({ address, size: into.length, write: false });
    const there = this.memory.subarray(Number(address), Number(address) + into.length);
    into.set(there);
    return there.length === into.length;
  }

  writeMemory(address: bigint, from: Uint8Array): boolean {
    this.accesses.push({ address, size: from.length, write: true });
    this.memory.set(from, Number(address));
    return true;
  }

  setIntx(asserted: boolean): void {
    this.levels.push(asserted);
  }

  sendMessage(vector: number): void {
    this.messages.push(vector);
  }

  /** Lets time pass. */
  pass(nanoseconds: number): void {
    this.#now += nanoseconds;
    const due = this.#planned.filter(({ time }) => time <= this.#now);
    this.#planned = this.#planned.filter(({ time }) => time > this.#now);
    for (const { action } of due) action();
  }
}
