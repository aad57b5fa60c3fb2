/** What the bytes of a config space belong to: its header and its capabilities. */
import type { RegisterMap } from "../core/registers.ts";
import { decodeConfig } from "../pci/decode/config.ts";
import { capabilityRegisters, headerRegisters } from "./config_registers.ts";
import { hex } from "./units.ts";

/** A part of a config space. */
export interface ConfigArea {
  /** What it is called: "MSI-X". */
  readonly name: string;
  /** Where it begins. */
  readonly at: number;
  /** Bytes. */
  readonly size: number;
  /** Its registers, with offsets from its start. @default none is known */
  readonly registers?: RegisterMap;
}

/** Bytes that were taken out before the config space was handed on. */
export interface HiddenBytes {
  /** Where they began. */
  readonly at: number;
  /** How many there were. */
  readonly size: number;
  /** What they were. */
  readonly name: string;
}

const HEADER_SIZE = 0x40;

/**
 * Finds the header and the capabilities of a config space, in the order of their places.
 *
 * An area ends where the next begins, whatever length it claims.
 */
export function configAreas(bytes: Uint8Array): ConfigArea[] {
  if (bytes.length === 0) return [];
  const { capabilities, extendedCapabilities } = decodeConfig(bytes);
  const found = [...capabilities, ...extendedCapabilities].sort((one, other) => one.at - other.at);
  const areas = found.map((capability, index) => {
    const { name = `Capability ${hex(capability.id, 2)}`, at, length } = capability;
    const registers = capabilityRegisters(bytes, capability);
    const size = Math.min(length, (found[index + 1]?.at ?? bytes.length) - at);
    return { name, at, size, ...registers === undefined ? {} : { registers } };
  });
  const header = {
    name: "Header",
    at: 0,
    size: Math.min(HEADER_SIZE, bytes.length),
    registers: headerRegisters(bytes),
  };
  return [header, ...areas];
}

/** Tells whether a byte was taken out. */
export function isHidden(at: number, hidden: readonly HiddenBytes[]): boolean {
  return hidden.some((range) => at >= range.at && at < range.at + range.size);
}
