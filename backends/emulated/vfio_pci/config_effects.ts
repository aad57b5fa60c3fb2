/** What happens beside a write to the config space: INTx, MSI, power states, resets, read request size. */
import { CAPABILITY } from "../../../pci/capability_ids_data.ts";
import { CONFIG_HEADER } from "../../../pci/header.ts";
import type { PciSlot } from "../pci_slot.ts";
import { isBar } from "./bar_shadow.ts";
import { HEADER_ID } from "./config_map.ts";
import type { Chunk } from "./virtual_config.ts";

/** What the device must do when its config space is written. */
export interface ConfigEffects {
  /** Called before a write to what is not raw. */
  before(chunk: Chunk): void;
  /** The virtual INTx disable bit, after a write that touched it. */
  intxDisable(disabled: boolean): void;
  /** Whether MSI is enabled, and the log2 of how many vectors. */
  readonly msi: { readonly active: boolean; readonly log2: number };
  /** The user asks for a power state. */
  setPowerState(state: number): void;
  /** The user asks for a function reset. */
  reset(): void;
}

const COMMAND = CONFIG_HEADER.command.at;
const COMMAND_DECODE = 3;
const INTX_DISABLE = 0x400;
const EXTENDED = 0x100;
/** Device Control, from the start of the PCI Express capability. */
export const EXPRESS_CONTROL = 0x08;

/**
 * Does what follows from a write to a chunk that has permissions.
 *
 * @param oldControl The shadow's Device Control before the write, when the chunk is of the PCI Express capability.
 */
export function afterWrite(
  chunk: Chunk,
  value: number,
  shadow: DataView,
  slot: PciSlot,
  effects: ConfigEffects,
  oldControl: number,
): void {
  if (chunk.at >= EXTENDED) return;
  switch (chunk.owner) {
    case HEADER_ID:
      return afterHeader(chunk, value, shadow, effects);
    case CAPABILITY.powerManagement:
      if (chunk.offset === 4) effects.setPowerState(value & 3);
      return;
    case CAPABILITY.msi:
      return afterMsi(chunk, shadow, slot, effects);
    case CAPABILITY.pciExpress:
      return afterExpress(chunk, shadow, slot, effects, oldControl);
    case CAPABILITY.advancedFeatures:
      return afterAdvanced(chunk, shadow, slot, effects);
  }
}

function afterHeader(chunk: Chunk, value: number, shadow: DataView, effects: ConfigEffects): void {
  const { at } = chunk;
  if (isBar(at)) return;
  if (at === COMMAND) {
    const command = shadow.getUint16(COMMAND, true);
    shadow.setUint16(COMMAND, (command & ~COMMAND_DECODE) | (value & COMMAND_DECODE), true);
  }
  if (at === COMMAND || at === COMMAND + 1) {
    effects.intxDisable((shadow.getUint16(COMMAND, true) & INTX_DISABLE) !== 0);
  }
}

/** The kernel asks for `offset + count >= 2` where it means "more than": writes that end at the register count too. */
function afterMsi(chunk: Chunk, shadow: DataView, slot: PciSlot, effects: ConfigEffects): void {
  if (chunk.offset > 2 || chunk.offset + chunk.bytes < 2) return;
  const at = chunk.start + 2;
  let flags = shadow.getUint16(at, true);
  const { active, log2 } = effects.msi;
  if (!active) flags &= ~1;
  if (((flags >> 4) & 7) > log2) flags = (flags & ~0x70) | (log2 << 4);
  shadow.setUint16(at, flags, true);
  slot.writeConfig(at, 16, flags);
}

function afterExpress(
  chunk: Chunk,
  shadow: DataView,
  slot: PciSlot,
  effects: ConfigEffects,
  oldControl: number,
): void {
  const at = chunk.start + EXPRESS_CONTROL;
  const control = shadow.getUint16(at, true);
  if ((control & 0x8000) !== 0) {
    shadow.setUint16(at, control & ~0x8000, true);
    if ((slot.readConfig(chunk.start + 0x04, 32) & 0x1000_0000) !== 0) effects.reset();
  }
  if (((control ^ oldControl) & 0x7000) === 0) return;
  // The user's payload size never reaches hardware; the read request size does, but never below the payload's.
  const hardware = slot.readConfig(at, 16);
  const request = Math.max((control >> 12) & 7, (hardware >> 5) & 7);
  if (request <= 5) slot.writeConfig(at, 16, (hardware & ~0x7000) | (request << 12));
}

function afterAdvanced(chunk: Chunk, shadow: DataView, slot: PciSlot, effects: ConfigEffects): void {
  const at = chunk.start + 4;
  const control = shadow.getUint8(at);
  if ((control & 1) === 0) return;
  shadow.setUint8(at, control & ~1);
  if ((slot.readConfig(chunk.start + 3, 8) & 3) === 3) effects.reset();
}
