/** Whether a device decodes memory now, as its config space tells. */
import type { Memory } from "../../core/memory.ts";

const COMMAND = 0x04;
const MEMORY_SPACE = 1 << 1;
const STATUS = 0x06;
const CAPABILITIES_LIST = 1 << 4;
const CAPABILITIES_POINTER = 0x34;
const POWER_MANAGEMENT = 1;
/** PMCSR, from the start of the capability. */
const POWER_CONTROL = 4;
const D3HOT = 3;
/** As many capabilities as the config space has room for: a device may chain them in a ring. */
const MOST = 48;

/** What stays as it is while a device is open. */
export interface DecodingLayout {
  /** Where PMCSR is; undefined: the device has no power management. */
  readonly powerControl: number | undefined;
  /** The device has no Memory Space bit of its own (a VF): it always decodes. */
  readonly always: boolean;
}

/** Finds PMCSR. @see PCI Bus Power Management Interface Specification 1.2, section 3.2 */
export function findPowerControl(config: Memory): number | undefined {
  if ((config.read16(STATUS) & CAPABILITIES_LIST) === 0) return undefined;
  let at = config.read8(CAPABILITIES_POINTER) & ~3;
  for (let i = 0; i < MOST && at >= 0x40; i++) {
    const head = config.read16(at);
    if ((head & 0xff) === POWER_MANAGEMENT) return at + POWER_CONTROL;
    at = (head >>> 8) & ~3;
  }
  return undefined;
}

/** Tells why a device does not decode memory; undefined when it does. */
export function refusalOf(config: Memory, layout: DecodingLayout): string | undefined {
  const { powerControl, always } = layout;
  if (!always && (config.read16(COMMAND) & MEMORY_SPACE) === 0) return "memory decoding is off";
  if (powerControl !== undefined && (config.read16(powerControl) & D3HOT) === D3HOT) return "it is in D3hot";
  return undefined;
}
