/** Opening DEVICE, for the commands that use one. */
import { isVfioDriver, openDevice } from "../mod.ts";
import type { DeviceEntry, OpenOptions, PciDevice } from "../mod.ts";
import type { Context } from "./context.ts";
import { findDevice } from "./device.ts";
import { Refusal } from "./errors.ts";
import { shellCommand } from "./shell.ts";

/**
 * Opens the device that a word on the command line means.
 *
 * The kernel resets it, if it can, when it is opened and when it is closed.
 *
 * @throws {Refusal} when no VFIO driver has it.
 * @throws {VfioError} as {@linkcode openDevice}; and as {@linkcode findDevice} throws.
 */
export function openNamed(context: Context, word: string, options: OpenOptions = {}): PciDevice {
  return openEntry(context, findDevice(context.host, word), options);
}

/** Opens a device of the list. @throws as {@linkcode openNamed}. */
export function openEntry(context: Context, device: DeviceEntry, options: OpenOptions = {}): PciDevice {
  if (!isBound(device)) throw notBound(device, "open");
  return openDevice(device.address, { ...options, backend: context.backend });
}

/** Whether a driver of VFIO has it. */
export function isBound({ driver }: DeviceEntry): boolean {
  return isVfioDriver(driver);
}

/** Says that vfio-pci has to have a device. @param verb What cannot be done: "open". */
export function notBound({ address, driver }: DeviceEntry, verb: string): Refusal {
  return new Refusal(`Cannot ${verb} ${address}: ${driver ?? "no driver"} has it, not vfio-pci`, [
    {
      text: "Give it to vfio-pci, if nothing on this machine needs it:",
      command: shellCommand("sudo", "vfio", "bind", address),
    },
  ]);
}
