/** Whether a device decodes memory now, as its config space tells. */
import type { Memory } from "../../core/memory.ts";
import { findCapability } from "../../pci/capabilities.ts";
import { CAPABILITY } from "../../pci/capability_ids_data.ts";
import { CONFIG_HEADER } from "../../pci/header.ts";

const COMMAND = CONFIG_HEADER.command.at;
const MEMORY_SPACE = 1 << 1;
/** PMCSR, from the start of the capability. */
const POWER_CONTROL = 4;
const D3HOT = 3;

/** What stays as it is while a device is open. */
export interface DecodingLayout {
  /** Where PMCSR is; undefined: the device has no power management. */
  readonly powerControl: number | undefined;
  /** The device has no Memory Space bit of its own (a VF): it always decodes. */
  readonly always: boolean;
}

/** Finds PMCSR. @see PCI Bus Power Management Interface Specification 1.2, section 3.2 */
export function findPowerControl(config: Memory): number | undefined {
  const at = findCapability(config, CAPABILITY.powerManagement);
  return at === undefined ? undefined : at + POWER_CONTROL;
}

/** Tells why a device does not decode memory; undefined when it does. */
export function refusalOf(config: Memory, layout: DecodingLayout): string | undefined {
  if ((config.read16(COMMAND) & MEMORY_SPACE) === 0 && !layout.always) return "memory decoding is off";
  const { powerControl } = layout;
  if (powerControl !== undefined && (config.read16(powerControl) & D3HOT) === D3HOT) return "it is in D3hot";
  return undefined;
}
