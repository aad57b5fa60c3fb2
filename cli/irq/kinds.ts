/** Which interrupts a device has. */
import { IRQ_INDEX, VfioError } from "../../mod.ts";
import type { Interrupts, IrqInfo, IrqKind, PciDevice } from "../../mod.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../errors.ts";
import { dim } from "../text.ts";

/** Kinds that carry a device's own interrupts, the first choice first. */
export const KINDS = ["msix", "msi", "intx"] as const;

/** A kind of them. */
export type DataKind = typeof KINDS[number];

/** A kind that a device has, and how many vectors. */
export interface KindInfo extends IrqInfo {
  readonly kind: IrqKind;
}

/** Lists what a device has, in the kernel's order. */
export function kindsOf({ model }: PciDevice): KindInfo[] {
  const { irqs } = model.info();
  return (Object.entries(IRQ_INDEX) as [IrqKind, number][])
    .filter(([, index]) => index < irqs)
    .flatMap(([kind, index]): KindInfo[] => {
      try {
        return [{ kind, ...model.irqInfo(index) }];
      } catch (error) {
        // A device without PCI Express has no errors to tell of.
        if (kind === "err" && error instanceof VfioError && error.code === "EINVAL") return [];
        throw error;
      }
    })
    .filter(({ count }) => count > 0);
}

/** Chooses a kind: the one asked for, or the best there is. @throws {Refusal} when the device does not have it. */
export function chooseKind(device: PciDevice, asked: string | undefined): DataKind {
  const there = kindsOf(device).map(({ kind }) => kind);
  const kind = KINDS.find((each) =>
    asked === undefined ? there.includes(each) : each === asked && there.includes(each)
  );
  if (kind !== undefined) return kind;
  const others = there.filter((each) => (KINDS as readonly string[]).includes(each)).join(", ");
  throw new Refusal(
    `${device.address} has no ${asked ?? "interrupts"}: it has ${others === "" ? "none" : others}`,
    [],
  );
}

/**
 * Enables a kind, and bus mastering where that is what carries it.
 *
 * @param vectors How many; undefined: all, or as many as the platform gives.
 */
export function enable(context: Context, device: PciDevice, kind: DataKind, vectors?: number): Interrupts {
  const interrupts = device.enableInterrupts(
    kind,
    vectors === undefined ? { atLeast: 1 } : { count: vectors },
  );
  if (kind !== "intx") {
    device.config.command.update({ busMaster: true });
    context.detail(
      dim("Bus mastering is on: MSI and MSI-X are writes to memory. No memory is mapped for the device"),
    );
  }
  return interrupts;
}
