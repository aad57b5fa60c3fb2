/** Vector: one interrupt of a device, to wait on. */
import type { Device } from "../core/device.ts";
import type { IrqInfo } from "../core/irq.ts";
import type { Signal, WaitOptions } from "../core/signal.ts";
import { VfioError } from "../core/errors.ts";

/**
 * One interrupt vector.
 *
 * Counts add up and none is lost: whichever way one waits, the numbers given sum to how often the vector fired.
 * INTx masks itself when it fires and is unmasked when the program asks for more, so handle and acknowledge the
 * interrupt in the device before waiting again.
 *
 * @example Wait for one, for a time, and for all that come
 * ```ts ignore
 * await vector.wait();
 * if (vector.waitSync(5) === 0) throw new Error("nothing within 5 ms");
 * for await (const count of vector) handle(count);
 * ```
 */
export class Vector implements AsyncIterable<number>, Disposable {
  /** Its number among the vectors of its kind. */
  readonly index: number;
  readonly #device: Device;
  readonly #info: IrqInfo;
  readonly #signal: Signal;
  #masked = false;

  /** Wraps a connected signal; made by {@linkcode Interrupts}. */
  constructor(device: Device, info: IrqInfo, index: number, signal: Signal) {
    this.index = index;
    this.#device = device;
    this.#info = info;
    this.#signal = signal;
  }

  /** The signal below: to share with another waiter, or to hand on. */
  get signal(): Signal {
    return this.#signal;
  }

  /** Whether the vector is closed. */
  get closed(): boolean {
    return this.#signal.closed;
  }

  /** Takes what has come; 0 when nothing has. Never waits. */
  read(): number {
    this.#ask();
    return this.#took(this.#signal.read());
  }

  /**
   * Waits for the vector to fire, while the event loop goes on.
   *
   * @returns How often it fired since the last time, at least 1; 0 when `timeoutMs` passed first.
   * @throws {VfioError} `EBADF` when the vector is, or while waiting gets, disposed of.
   */
  async wait(options?: WaitOptions): Promise<number> {
    this.#ask();
    return this.#took(await this.#signal.wait(options));
  }

  /** Waits as {@linkcode wait} does, at most `timeoutMs`, blocking this isolate: the quickest way. */
  waitSync(timeoutMs: number): number {
    this.#ask();
    return this.#took(this.#signal.waitSync(timeoutMs));
  }

  /** Gives each time how often the vector fired, at least 1; ends quietly when the vector is disposed of. */
  async *[Symbol.asyncIterator](): AsyncGenerator<number, void, void> {
    while (!this.closed) {
      let count: number;
      try {
        count = await this.wait();
      } catch (error) {
        if (this.closed && error instanceof VfioError && error.code === "EBADF") return;
        throw error;
      }
      yield count;
    }
  }

  /** Fires the vector as the device would, through the kernel: shows that all from here on up works. */
  trigger(): void {
    this.#device.setIrqs({ index: this.#info.index, start: this.index, action: "trigger", none: 1 });
  }

  /** Masks the vector. @throws {VfioError} `ENOTTY` for any but INTx. */
  mask(): void {
    this.#device.setIrqs({ index: this.#info.index, start: this.index, action: "mask", none: 1 });
  }

  /** Unmasks the vector; INTx does it by itself when more is asked for. @throws {VfioError} `ENOTTY` for any but INTx. */
  unmask(): void {
    this.#device.setIrqs({ index: this.#info.index, start: this.index, action: "unmask", none: 1 });
    this.#masked = false;
  }

  /** Closes the signal; {@linkcode Interrupts} does it. */
  [Symbol.dispose](): void {
    this.#signal[Symbol.dispose]();
  }

  #ask(): void {
    if (this.#masked && !this.closed) this.unmask();
  }

  #took(count: number): number {
    if (count > 0 && this.#info.automasked) this.#masked = true;
    return count;
  }
}
