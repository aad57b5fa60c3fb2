/** Walking a device's capabilities as a user sees them. */
import type { Device } from "../../../core/device.ts";

/** The chain that starts at the pointer at `from`. */
export function capabilityOf(device: Device, from: number): { readonly at: number; readonly id: number }[] {
  const config = device.region(7);
  const chain = [];
  for (let at = config.read8(from); at !== 0; at = config.read8(at + 1)) {
    chain.push({ at, id: config.read8(at) });
  }
  return chain;
}
