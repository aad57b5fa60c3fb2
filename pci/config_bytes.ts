/** Bytes as a config space: what was read before, or printed by lspci, can be asked as a device can. */
import { ByteMemory } from "../core/byte_memory.ts";
import type { Memory } from "../core/memory.ts";

/** A config space: a device's own region, or bytes that were copied out of one. */
export type ConfigSource = Memory | Uint8Array;

/**
 * Gives memory over a config space: `registers(configMemory(dump.bytes), CONFIG_HEADER)`.
 *
 * Memory comes back as it is. Bytes are not copied: writes change them. They must not be a mapping of a device, whose
 * registers one access would reach as several.
 *
 * @throws {TypeError} when it is neither.
 */
export function configMemory(config: ConfigSource): Memory {
  if (config instanceof Uint8Array) return new ByteMemory(config);
  if (typeof config?.read32 !== "function") {
    throw new TypeError("Cannot read a config space: a Uint8Array or Memory is needed");
  }
  return config;
}
