/** Two devices with interrupts on one machine, and requests to them as tests write them. */
import type { Device } from "../../../core/device.ts";
import type { IrqRequest } from "../../../core/irq.ts";
import type { Signal } from "../../../core/signal.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import type { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import { codeOf } from "./ready.ts";

export const EDU = "0000:00:01.0";
export const NVME = "0000:00:02.0";
export const INTX = 0;
export const MSI = 1;
export const MSIX = 2;
export const ERR = 3;
export const REQ = 4;
export const RAISE = 0x60;
export const ACKNOWLEDGE = 0x64;

/** A machine with an edu and an nvme device. */
export function machine(kernel: "6.1" | "6.12" | "7.2" = "7.2"): { host: EmulatedHost; nvme: PassiveDevice } {
  const nvme = passiveNvme();
  const host = new EmulatedHost({ kernel }).plug(EDU, new EmulatedEdu()).plug(NVME, nvme);
  return { host, nvme };
}

/** Sets interrupts, and tells the errno's name; "0" when it succeeds. */
export function set(device: Device, index: number, request: Partial<IrqRequest>): string {
  return codeOf(() => device.setIrqs({ index, action: "trigger", ...request } as IrqRequest));
}

/** Connects vectors to signals. */
export function connect(device: Device, index: number, signals: (Signal | null)[], start = 0): string {
  return set(device, index, { start, signals });
}
