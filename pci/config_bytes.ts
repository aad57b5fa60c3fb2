/** Bytes as a config space: what was read before, or printed by lspci, can be asked as a device can. */
import { byteLengthOf, checkAccess, checkValue } from "../core/checks.ts";
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
  if (config instanceof Uint8Array) return new ConfigBytes(config);
  if (typeof config?.read32 !== "function") {
    throw new TypeError("Cannot read a config space: a Uint8Array or Memory is needed");
  }
  return config;
}

class ConfigBytes implements Memory {
  readonly size: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.size = byteLengthOf("bytes", bytes);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, this.size);
  }

  read8(offset: number): number {
    checkAccess(this.size, offset, 1);
    return this.#view.getUint8(offset);
  }

  read16(offset: number): number {
    checkAccess(this.size, offset, 2);
    return this.#view.getUint16(offset, true);
  }

  read32(offset: number): number {
    checkAccess(this.size, offset, 4);
    return this.#view.getUint32(offset, true);
  }

  read64(offset: number): bigint {
    checkAccess(this.size, offset, 8);
    return this.#view.getBigUint64(offset, true);
  }

  write8(offset: number, value: number): void {
    checkAccess(this.size, offset, 1);
    checkValue(value, 1);
    this.#view.setUint8(offset, value);
  }

  write16(offset: number, value: number): void {
    checkAccess(this.size, offset, 2);
    checkValue(value, 2);
    this.#view.setUint16(offset, value, true);
  }

  write32(offset: number, value: number): void {
    checkAccess(this.size, offset, 4);
    checkValue(value, 4);
    this.#view.setUint32(offset, value, true);
  }

  write64(offset: number, value: bigint): void {
    checkAccess(this.size, offset, 8);
    checkValue(value, 8);
    this.#view.setBigUint64(offset, value, true);
  }
}
