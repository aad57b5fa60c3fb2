/**
 * The Linux backend: VFIO as this machine's kernel has it, by libc alone.
 *
 * Importing it does nothing; libc is opened at the first use, which needs `--allow-ffi` and no other permission.
 *
 * @example List the devices that vfio-pci has
 * ```ts
 * import { linux } from "@vfio/vfio/linux";
 *
 * function vfioDevices(): string[] {
 *   return linux().host.list().filter(({ driver }) => driver === "vfio-pci").map(({ address }) => address);
 * }
 * ```
 *
 * @module
 */
import type { Backend } from "../../core/backend.ts";
import { LinuxBackend } from "./linux_backend.ts";

export { adoptContainer, adoptDevice, adoptGroup, adoptMemory } from "./adopt.ts";

let backend: Backend | undefined;

/** Gives this machine's backend: the same object at every call. Opens nothing. */
export function linux(): Backend {
  return backend ??= new LinuxBackend();
}
