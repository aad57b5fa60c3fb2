/** Patterns for devices, as lspci takes them. */
import type { DeviceEntry } from "../mod.ts";
import { addressParts } from "../pci/mod.ts";
import { UsageError } from "./errors.ts";

const SLOT = /^(?:(?:([0-9a-f]{1,8}|\*):)?([0-9a-f]{1,2}|\*)?:)?([0-9a-f]{1,2}|\*)?(?:\.([0-7*])?)?$/i;
const IDS = /^([0-9a-f]{1,4}|\*)?(?::([0-9a-f]{1,4}|\*)?)?(?::([0-9a-f]{1,4}|\*)?)?$/i;

/**
 * Tells whether an address fits `[[[[domain]:]bus]:][device][.[function]]`; what is left out or `*` fits all.
 *
 * @throws {UsageError} when `pattern` is none.
 * @see pciutils, lspci(8), -s
 */
export function matchesSlot(address: string, pattern: string): boolean {
  const match = SLOT.exec(pattern);
  if (match === null) {
    throw new UsageError(`--slot takes [[domain:]bus:][device][.function], not '${pattern}'`);
  }
  const [, domain, bus, device, fn] = match;
  const parts = addressParts(address);
  return fits(domain, parts.domain) && fits(bus, parts.bus) && fits(device, parts.device) &&
    fits(fn, parts.function);
}

/**
 * Tells whether a device fits `[vendor]:[device][:class]`; what is left out or `*` fits all.
 *
 * @throws {UsageError} when `pattern` is none.
 * @see pciutils, lspci(8), -d
 */
export function matchesIds(entry: DeviceEntry, pattern: string): boolean {
  const match = IDS.exec(pattern);
  if (match === null) throw new UsageError(`--ids takes [vendor]:[device][:class], not '${pattern}'`);
  const [, vendor, device, classCode] = match;
  return fits(vendor, entry.vendor) && fits(device, entry.device) && fits(classCode, entry.classCode >>> 8);
}

function fits(wanted: string | undefined, value: number): boolean {
  return wanted === undefined || wanted === "" || wanted === "*" || parseInt(wanted, 16) === value;
}
