/** Interrupts as the model has them: indexes, and requests to VFIO_DEVICE_SET_IRQS. */
import type { Signal } from "./signal.ts";

/** Interrupts by name: INTx, MSI, MSI-X, a PCI Express error (AER), and the kernel's request to give the device back. */
export type IrqKind = "intx" | "msi" | "msix" | "err" | "req";

/** The interrupt indexes of vfio-pci. @see Linux, include/uapi/linux/vfio.h, VFIO_PCI_INTX_IRQ_INDEX and following */
export const IRQ_INDEX: Readonly<Record<IrqKind, number>> = { intx: 0, msi: 1, msix: 2, err: 3, req: 4 };

/** What VFIO_DEVICE_GET_IRQ_INFO tells. */
export interface IrqInfo {
  /** 0 INTx, 1 MSI, 2 MSI-X, 3 ERR, 4 REQ. */
  readonly index: number;
  /** How many vectors the device has. */
  readonly count: number;
  /** Its vectors connect to signals. */
  readonly eventfd: boolean;
  /** Its vectors can be masked through the kernel (INTx). */
  readonly maskable: boolean;
  /** The interrupt masks itself when it fires (INTx). */
  readonly automasked: boolean;
  /** Vectors cannot be added while the index is enabled. */
  readonly noresize: boolean;
}

/** What to do with the vectors of a request. */
export type IrqAction = "mask" | "unmask" | "trigger";

/** The vectors that a request is about. */
export interface IrqTarget {
  /** 0 INTx, 1 MSI, 2 MSI-X, 3 ERR, 4 REQ. */
  readonly index: number;
  /** First vector. @default 0 */
  readonly start?: number;
  /** What to do. */
  readonly action: IrqAction;
}

/** Acts on `none` vectors at once, without data; with "trigger" and 0 it disables the index. */
export interface IrqNoneRequest extends IrqTarget {
  /** How many vectors (the struct's count). */
  readonly none: number;
}

/** Acts on the vectors whose element is true. */
export interface IrqBoolRequest extends IrqTarget {
  /** A vector each. */
  readonly bools: readonly boolean[];
}

/** Connects vectors to signals; `null` (-1) disconnects. */
export interface IrqSignalRequest extends IrqTarget {
  /** A vector each. */
  readonly signals: readonly (Signal | null)[];
}

/** A request to {@linkcode Device.setIrqs}. */
export type IrqRequest = IrqNoneRequest | IrqBoolRequest | IrqSignalRequest;
