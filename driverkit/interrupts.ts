/** Interrupts: an enabled kind, and its vectors to wait on. */
import { checkU32 } from "../core/checks.ts";
import { VfioError } from "../core/errors.ts";
import { IRQ_INDEX } from "../core/irq.ts";
import type { IrqKind } from "../core/irq.ts";
import type { Device } from "../core/device.ts";
import type { Backend } from "../core/backend.ts";
import { Vector } from "./vector.ts";

/** How many vectors to enable. */
export interface InterruptOptions {
  /** How many. @default as many as the device has */
  readonly count?: number;
  /** Takes fewer when the platform has fewer, down to this many. @default `count` */
  readonly atLeast?: number;
}

/**
 * An enabled kind of interrupts.
 *
 * Of INTx, MSI and MSI-X one can be enabled at a time; "err" and "req" are independent. Dispose disables the kind
 * and closes its vectors.
 */
export class Interrupts implements Disposable {
  /** What is enabled. */
  readonly kind: IrqKind;
  /** The vectors, in the device's order. */
  readonly vectors: readonly [Vector, ...Vector[]];
  readonly #device: Device;
  #disposed = false;

  /** Enables `kind`; made by {@linkcode PciDevice.enableInterrupts}. */
  constructor(backend: Backend, device: Device, kind: IrqKind, options: InterruptOptions = {}) {
    const info = device.irqInfo(IRQ_INDEX[kind]);
    const count = checkU32("count", options.count ?? info.count);
    const atLeast = checkU32("atLeast", options.atLeast ?? count);
    if (count === 0) throw tooFew(device, 0, Math.max(atLeast, 1));
    using stack = new DisposableStack();
    const signals = Array.from({ length: count }, () => stack.use(backend.createSignal()));
    const available = device.setIrqs({ index: info.index, action: "trigger", signals });
    if (available > 0) {
      if (available < atLeast) throw tooFew(device, available, atLeast);
      for (const signal of signals.splice(available)) signal[Symbol.dispose]();
      const fewer = device.setIrqs({ index: info.index, action: "trigger", signals });
      if (fewer > 0) throw tooFew(device, fewer, atLeast);
    }
    const [first, ...rest] = signals.map((signal, i) => new Vector(device, info, i, signal));
    if (first === undefined) throw tooFew(device, 0, atLeast);
    stack.move();
    this.vectors = [first, ...rest];
    this.kind = kind;
    this.#device = device;
  }

  /** Whether the kind is disabled again. */
  get closed(): boolean {
    return this.#disposed;
  }

  /** Disables the kind and closes the vectors: a pending wait rejects with `EBADF`. Again is a no-op. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    try {
      if (!this.#device.closed) {
        this.#device.setIrqs({ index: IRQ_INDEX[this.kind], action: "trigger", none: 0 });
      }
    } finally {
      for (const vector of this.vectors) vector[Symbol.dispose]();
    }
  }
}

function tooFew(device: Device, available: number, asked: number): VfioError {
  return new VfioError({
    code: available === 0 ? "EINVAL" : "ENOSPC",
    operation: "VFIO_DEVICE_SET_IRQS",
    subject: device.name,
    detail: `${asked} vectors were asked for, ${available} are there; { atLeast } takes fewer`,
  });
}
