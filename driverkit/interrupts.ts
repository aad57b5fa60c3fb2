/** Interrupts: an enabled kind, and its vectors to wait on. */
import { checkSize } from "../core/checks.ts";
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
  /** Takes fewer when the device or the platform has fewer, down to this many. @default `count` */
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
    if (info.count === 0) throw none(device, kind);
    const { count = info.count, atLeast = count } = options;
    checkCounts(count, atLeast);
    if (info.count < atLeast) throw tooFew(device, info.count, atLeast);
    using stack = new DisposableStack();
    const length = Math.min(count, info.count);
    const signals = Array.from({ length }, () => stack.use(backend.createSignal()));
    const available = device.setIrqs({ index: info.index, action: "trigger", signals });
    if (available > 0) {
      if (available < atLeast) throw tooFew(device, available, atLeast);
      for (const signal of signals.splice(available)) signal[Symbol.dispose]();
      const fewer = device.setIrqs({ index: info.index, action: "trigger", signals });
      if (fewer > 0) throw tooFew(device, fewer, atLeast);
    }
    const [first, ...rest] = signals.map((signal, i) => new Vector(device, info, i, signal));
    if (first === undefined) throw none(device, kind);
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
    using steps = new DisposableStack();
    for (const vector of this.vectors) steps.use(vector);
    if (this.#device.closed) return;
    this.#device.setIrqs({ index: IRQ_INDEX[this.kind], action: "trigger", none: 0 });
  }
}

function checkCounts(count: number, atLeast: number): void {
  checkSize("count", count);
  checkSize("atLeast", atLeast);
  if (atLeast <= count) return;
  throw new RangeError(`Cannot enable ${count} vectors and at least ${atLeast}: \`count\` is the most`);
}

function none(device: Device, kind: IrqKind): VfioError {
  return new VfioError({
    code: "EINVAL",
    operation: "VFIO_DEVICE_SET_IRQS",
    subject: device.name,
    detail: `it has no interrupts of kind ${kind}`,
  });
}

function tooFew(device: Device, available: number, asked: number): VfioError {
  return new VfioError({
    code: "ENOSPC",
    operation: "VFIO_DEVICE_SET_IRQS",
    subject: device.name,
    detail: `vectors asked for: ${asked}, there: ${available}; { atLeast } takes fewer`,
  });
}
