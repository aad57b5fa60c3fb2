/** Hot reset: what a reset of a whole bus hits, and who may ask for it. */
import type { HotResetInfo } from "../../../core/device.ts";
import type { ErrorCode } from "../../../core/errors.ts";
import { VfioGroup } from "../iommu_group.ts";
import type { KernelFacts } from "../kernel_data.ts";
import type { PciSlot } from "../pci_slot.ts";
import { SavedState } from "./saved_state.ts";

/** What hot reset needs of the machine. */
export interface HotResetContext {
  readonly facts: KernelFacts;
  slots(): Iterable<PciSlot>;
}

/** The bus of an address: "0000:01". */
export function busOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}

/** Devices that a reset of the slot's bus hits; none on the root bus, which nothing resets. */
export function hitBy(slot: PciSlot, slots: Iterable<PciSlot>): readonly PciSlot[] {
  const bus = busOf(slot.address);
  return bus.endsWith(":00") ? [] : [...slots].filter((other) => busOf(other.address) === bus);
}

/** Answers GET_PCI_HOT_RESET_INFO; undefined when there is no such reset. */
export function hotResetInfo(slot: PciSlot, slots: Iterable<PciSlot>): HotResetInfo | undefined {
  const hit = hitBy(slot, slots);
  if (hit.length === 0) return undefined;
  // A device without a group is no user's: the kernel shows an id that nobody has.
  const devices = hit.map(({ address, group }) => ({ address, group: group?.id ?? -1 }));
  return { devices, byDeviceId: false, owned: false };
}

/**
 * Resets a bus.
 *
 * @param count How many groups were given.
 * @param lookUp Looks the groups up: what their descriptors stand for. @throws {VfioError} `EBADF`.
 * @returns The errno, when it is refused.
 * @see Linux, drivers/vfio/pci/vfio_pci_core.c, `vfio_pci_ioctl_pci_hot_reset`
 */
export function hotReset(
  slot: PciSlot,
  context: HotResetContext,
  count: number,
  lookUp: () => readonly unknown[],
): ErrorCode | undefined {
  if (count === 0 && context.facts.hotResetCountFirst) return "EINVAL";
  const hit = hitBy(slot, context.slots());
  if (hit.length === 0) return "ENODEV";
  if (count === 0 || count > hit.length) return "EINVAL";
  const groups = lookUp();
  const owned = new Set<unknown>();
  for (const group of groups) {
    if (!(group instanceof VfioGroup)) return "EINVAL";
    owned.add(group.group);
  }
  if (hit.some(({ driver, group }) => driver !== "vfio-pci" || !owned.has(group))) return "EINVAL";
  const saved = hit.map((one) => new SavedState(one));
  for (const one of hit) one.function.reset();
  for (const state of saved) state.restore();
  for (const one of hit) one.vfio?.restoreInterrupts();
  return undefined;
}
