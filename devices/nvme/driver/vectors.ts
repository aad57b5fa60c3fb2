/** Which interrupt vector tells of which queue. */
import { IRQ_INDEX } from "../../../core/irq.ts";
import type { Interrupts } from "../../../driverkit/interrupts.ts";
import type { PciDevice } from "../../../driverkit/pci_device.ts";
import type { Vector } from "../../../driverkit/vector.ts";
import type { NvmeOptions } from "./options.ts";

/** Vectors by what they tell of. */
export interface QueueVectors extends Disposable {
  /** The admin queue's; undefined: it is polled. */
  readonly admin: Vector | undefined;
  /** Most I/O queues that can be, each with a vector of its own. */
  readonly most: number;
  /** The vector of the n-th I/O queue, from 0; undefined: it is polled. */
  io(index: number): Vector | undefined;
}

const KINDS = ["msix", "msi", "intx"] as const;

/**
 * Enables interrupts for an admin queue and up to `queues` I/O queues.
 *
 * A single vector is the first I/O queue's: the admin queue, which is seldom used, is polled then.
 *
 * @throws {VfioError} as {@linkcode PciDevice.enableInterrupts}.
 */
export function connectVectors(
  device: PciDevice,
  queues: number,
  wish: NvmeOptions["interrupts"],
): QueueVectors {
  const kind = wish ?? KINDS.find((each) => device.model.irqInfo(IRQ_INDEX[each]).count > 0) ?? "none";
  if (kind === "none") {
    return { admin: undefined, most: Infinity, io: () => undefined, [Symbol.dispose]: () => {} };
  }
  // Only MSI-X has vectors that controllers agree on.
  const interrupts: Interrupts = kind === "msix"
    ? device.enableInterrupts(kind, { count: queues + 1, atLeast: 1 })
    : device.enableInterrupts(kind, { count: 1 });
  const [first, ...others] = interrupts.vectors;
  const shared = others.length === 0;
  return {
    admin: shared ? undefined : first,
    most: shared ? 1 : others.length,
    io: (index) => shared ? first : others[index],
    [Symbol.dispose]: () => interrupts[Symbol.dispose](),
  };
}
