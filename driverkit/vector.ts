/** Vector: one interrupt of a device, to wait on. */
import type { Device } from "../core/device.ts";
import type { IrqAction, IrqInfo } from "../core/irq.ts";
import type { Signal, SpinOptions, WaitOptions } from "../core/signal.ts";
import { VfioError } from "../core/errors.ts";

/**
 * One interrupt vector.
 *
 * Counts add up and none is lost: whichever way one waits, the numbers given sum to how often the vector fired.
 * INTx masks itself when it fires and is unmasked when the program asks for more, so handle and acknowledge the
 * interrupt in the device before waiting again.
 *
 * @example Wait for one, for a time, and for all that come
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice } from "@vfio/vfio";
 * import { EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 *
 * const backend = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
 * using edu = openDevice("0000:00:04.0", { backend });
 * const [vector] = edu.enableInterrupts("msi").vectors;
 * vector.trigger();
 * assertEquals(await vector.wait(), 1);
 * assertEquals(vector.waitSync(5), 0); // nothing within 5 ms
 * vector.trigger();
 * vector.trigger();
 * for await (const count of vector) {
 *   assertEquals(count, 2);
 *   break;
 * }
 * ```
 */
export class Vector implements AsyncIterable<number>, Disposable {
  /** Its number among the vectors of its kind. */
  readonly index: number;
  readonly #device: Device;
  readonly #info: IrqInfo;
  readonly #signal: Signal;
  /** It fired, and so masked itself. */
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
  waitSync(timeoutMs: number, options?: SpinOptions): number {
    this.#ask();
    return this.#took(this.#signal.waitSync(timeoutMs, options));
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
    this.#act("trigger");
  }

  /** Masks the vector until it is unmasked, whatever is asked for. @throws {VfioError} `ENOTTY` for any but INTx. */
  mask(): void {
    this.#act("mask");
    this.#masked = false;
  }

  /** Unmasks the vector; INTx does it by itself when more is asked for. @throws {VfioError} `ENOTTY` for any but INTx. */
  unmask(): void {
    this.#act("unmask");
    this.#masked = false;
  }

  /** Closes the signal; {@linkcode Interrupts} does it. */
  [Symbol.dispose](): void {
    this.#signal[Symbol.dispose]();
  }

  #act(action: IrqAction): void {
    if (this.closed) throw disposed(this.#device, action);
    this.#device.setIrqs({ index: this.#info.index, start: this.index, action, none: 1 });
  }

  #ask(): void {
    if (this.#masked && !this.closed) this.unmask();
  }

  #took(count: number): number {
    if (count > 0 && this.#info.automasked) this.#masked = true;
    return count;
  }
}

function disposed(device: Device, action: IrqAction): VfioError {
  return new VfioError({
    code: "EBADF",
    operation: "VFIO_DEVICE_SET_IRQS",
    subject: device.name,
    detail: `a vector that is disposed of cannot be told to ${action}`,
  });
}
