/** Power states of a function, as the kernel changes them. */
import { CAPABILITY } from "../../../pci/capability_ids_data.ts";
import type { PciSlot } from "../pci_slot.ts";
import { SavedState } from "./saved_state.ts";

/** D3hot. */
export const D3 = 3;
/** Bits of PMC: the states between that a function may have. */
const HAS_D1 = 0x200;
const HAS_D2 = 0x400;

/** No_Soft_Reset of PMCSR: the device keeps its config space on its way out of D3hot. */
const NO_SOFT_RESET = 8;

/** What devices that do not had when they went to sleep. */
const asleep = new WeakMap<PciSlot, SavedState>();

/**
 * Puts a function into a power state, if it can be there: D1 and D2 only where the device has them, never into one less
 * deep but D0, and never to sleep while its virtual functions need it.
 *
 * @returns Whether its config space was lost by that, and is put back.
 * @see Linux, drivers/vfio/pci/vfio_pci_core.c, `vfio_pci_set_power_state`; drivers/pci/pci.c, `pci_set_power_state`
 */
export function setPowerState(slot: PciSlot, state: number): boolean {
  const at = slot.function.model.config.find(CAPABILITY.powerManagement);
  if (at === undefined) return false;
  const now = slot.function.powerState;
  const supported = state === 0 || state === D3 ||
    (slot.readConfig(at + 2, 16) & (state === 1 ? HAS_D1 : HAS_D2)) !== 0;
  if (state === now || !supported || (state !== 0 && now > state)) return false;
  if (state !== 0 && (slot.virtualFunctions?.slots.length ?? 0) > 0) return false;
  const control = slot.readConfig(at + 4, 16);
  const forgets = (control & NO_SOFT_RESET) === 0;
  if (forgets && state === D3) asleep.set(slot, new SavedState(slot));
  slot.writeConfig(at + 4, 16, (control & ~3) | state);
  const saved = state === 0 ? asleep.get(slot) : undefined;
  if (saved === undefined) return false;
  asleep.delete(slot);
  saved.restore();
  return true;
}
