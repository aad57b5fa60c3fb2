/** Interrupts, as cases connect and look for them. */
import type { Device } from "../../core/device.ts";
import type { Handle } from "../../core/handle.ts";
import type { Signal } from "../../core/signal.ts";
import type { Fixture } from "./fixture.ts";

export const INTX = 0;
export const MSI = 1;
export const MSIX = 2;
export const ERR = 3;
export const REQ = 4;

/** The operation that all of it is. */
export const SET_IRQS = "VFIO_DEVICE_SET_IRQS";

/** How long an interrupt that comes may take, and how long one that must not come is waited for. */
export const SOON = 5000;
const QUIET = 50;

/** Connects vectors from 0 on. */
export function connect(device: Device, index: number, ...signals: (Signal | null)[]): number {
  return device.setIrqs({ index, action: "trigger", signals });
}

/** Connects vectors from `start` on. */
export function connectFrom(
  device: Device,
  index: number,
  start: number,
  ...signals: (Signal | null)[]
): number {
  return device.setIrqs({ index, start, action: "trigger", signals });
}

/** Disables an index. */
export function disable(device: Device, index: number): number {
  return device.setIrqs({ index, action: "trigger", none: 0 });
}

/** Lets the kernel signal the first `count` vectors itself. */
export function loopback(device: Device, index: number, count = 1): number {
  return device.setIrqs({ index, action: "trigger", none: count });
}

/** Lets the kernel signal vectors one by one. */
export function loopbackEach(device: Device, index: number, ...bools: boolean[]): number {
  return device.setIrqs({ index, action: "trigger", bools });
}

/** Masks INTx. */
export function mask(device: Device): number {
  return device.setIrqs({ index: INTX, action: "mask", none: 1 });
}

/** Unmasks INTx. */
export function unmask(device: Device): number {
  return device.setIrqs({ index: INTX, action: "unmask", none: 1 });
}

/** Waits for interrupts. @returns How many came; 0: none did. */
export function arrived(signal: Signal): number {
  return signal.waitSync(SOON);
}

/** Gives interrupts time to come. @returns How many did. */
export function stray(signal: Signal): number {
  return signal.waitSync(QUIET);
}

/** A signal whose descriptor is closed. */
export function closedSignal(machine: Fixture): Signal {
  const signal = machine.backend.createSignal();
  signal[Symbol.dispose]();
  return signal;
}

/** A handle that is no signal, where the types ask for one. */
export function notASignal(handle: Handle): Signal {
  return handle as unknown as Signal;
}
