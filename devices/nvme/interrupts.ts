/** Interrupts: how the controller tells the host that there are completions. */
import type { DeviceBus } from "../device_model.ts";
import type { CompletionQueue } from "./queues.ts";

/**
 * The controller's interrupts: a message a completion with MSI-X; else the INTx line, asserted while a queue that
 * interrupts, and whose vector is not masked, holds entries that the host has not read.
 *
 * @see NVM Express Base Specification 1.4, section 7.5.1
 */
export class Interrupts {
  readonly #bus: Pick<DeviceBus, "interruptMode" | "setIntx" | "sendMessage">;
  readonly #queues: () => Iterable<CompletionQueue>;
  #mask = 0;
  #line = false;

  /** @param queues Gives the queues that there are. */
  constructor(
    bus: Pick<DeviceBus, "interruptMode" | "setIntx" | "sendMessage">,
    queues: () => Iterable<CompletionQueue>,
  ) {
    this.#bus = bus;
    this.#queues = queues;
  }

  /** Whether vectors other than 0 can be used. */
  get many(): boolean {
    return this.#bus.interruptMode === "msix";
  }

  /** Which of the first 32 vectors are masked, for INTx. */
  get mask(): number {
    return this.#mask;
  }

  set mask(value: number) {
    this.#mask = value >>> 0;
    this.update();
  }

  /** Tells that entries are in a queue that were not. */
  posted(queue: CompletionQueue): void {
    if (queue.interrupting && this.many) this.#bus.sendMessage(queue.vector);
    this.update();
  }

  /** Sets the line to what it has to be. */
  update(): void {
    let line = false;
    if (!this.many) { for (const queue of this.#queues()) line ||= this.#asserts(queue); }
    if (line === this.#line) return;
    this.#line = line;
    this.#bus.setIntx(line);
  }

  #asserts({ interrupting, vector, empty }: CompletionQueue): boolean {
    return interrupting && !empty && (vector >= 32 || ((this.#mask >>> vector) & 1) === 0);
  }
}
