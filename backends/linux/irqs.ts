/** VFIO_DEVICE_GET_IRQ_INFO and VFIO_DEVICE_SET_IRQS. */
import type { IrqInfo, IrqRequest } from "../../core/irq.ts";
import { readIrqs } from "../../core/requests.ts";
import type { CheckedIrqs } from "../../core/requests.ts";
import { descriptorOf } from "../../os/descriptor.ts";
import {
  vfio_irq_info,
  VFIO_IRQ_INFO_AUTOMASKED,
  VFIO_IRQ_INFO_EVENTFD,
  VFIO_IRQ_INFO_MASKABLE,
  VFIO_IRQ_INFO_NORESIZE,
  vfio_irq_set,
  VFIO_IRQ_SET_ACTION_MASK,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
  VFIO_IRQ_SET_DATA_NONE,
} from "../../uapi/vfio.ts";
import { ioctl } from "./ioctl.ts";

const ACTIONS = {
  mask: VFIO_IRQ_SET_ACTION_MASK,
  unmask: VFIO_IRQ_SET_ACTION_UNMASK,
  trigger: VFIO_IRQ_SET_ACTION_TRIGGER,
} as const;

/** Asks a device about an interrupt index. */
export function askIrqInfo(fd: number, index: number, subject: string): IrqInfo {
  const bytes = vfio_irq_info.encode({ argsz: vfio_irq_info.size, index });
  ioctl(fd, "VFIO_DEVICE_GET_IRQ_INFO", bytes, subject);
  return decodeIrqInfo(bytes);
}

/** Reads the answer to VFIO_DEVICE_GET_IRQ_INFO. */
export function decodeIrqInfo(answer: Uint8Array): IrqInfo {
  const { flags, index, count } = vfio_irq_info.decode(answer);
  return {
    index,
    count,
    eventfd: (flags & VFIO_IRQ_INFO_EVENTFD) !== 0,
    maskable: (flags & VFIO_IRQ_INFO_MASKABLE) !== 0,
    automasked: (flags & VFIO_IRQ_INFO_AUTOMASKED) !== 0,
    noresize: (flags & VFIO_IRQ_INFO_NORESIZE) !== 0,
  };
}

/** Masks, unmasks, triggers, connects or disables interrupts. */
export function setIrqs(fd: number, request: IrqRequest, subject: string): number {
  return ioctl(fd, "VFIO_DEVICE_SET_IRQS", encodeIrqs(request), subject);
}

/** Writes what VFIO_DEVICE_SET_IRQS takes. */
export function encodeIrqs(request: IrqRequest): Uint8Array<ArrayBuffer> {
  const { index, start, count, action, data } = readIrqs(request);
  const { flag, payload } = payloadOf(data);
  const bytes = vfio_irq_set.encode({
    argsz: vfio_irq_set.size + payload.length,
    flags: flag | ACTIONS[action],
    index,
    start,
    count,
  }, payload.length);
  bytes.set(payload, vfio_irq_set.size);
  return bytes;
}

/** A byte a vector, or a descriptor a vector; -1 is none. */
function payloadOf(data: CheckedIrqs["data"]): { flag: number; payload: Uint8Array } {
  switch (data.kind) {
    case "none":
      return { flag: VFIO_IRQ_SET_DATA_NONE, payload: new Uint8Array(0) };
    case "bools":
      return { flag: VFIO_IRQ_SET_DATA_BOOL, payload: Uint8Array.from(data.bools, Number) };
    case "signals": {
      const fds = Int32Array.from(data.signals, (signal) => signal === null ? -1 : descriptorOf(signal));
      return { flag: VFIO_IRQ_SET_DATA_EVENTFD, payload: new Uint8Array(fds.buffer) };
    }
  }
}
