/** MSI: its registers, and what they say. */
import { registers } from "../core/registers.ts";
import type { RegisterMap } from "../core/registers.ts";
import { configMemory } from "./config_bytes.ts";
import type { ConfigSource } from "./config_bytes.ts";

/**
 * An MSI capability, from its start: what is at the same place whether addresses have 32 or 64 bits.
 *
 * @see PCI Local Bus Specification 3.0, section 6.8.1
 */
export const MSI = {
  control: {
    at: 0x02,
    width: 16,
    fields: {
      enable: 0,
      // Both are logarithms: 3 stands for 8 vectors.
      multipleMessageCapable: [3, 1],
      multipleMessageEnable: [6, 4],
      address64: 7,
      perVectorMasking: 8,
    },
  },
  address: { at: 0x04, width: 32 },
} as const satisfies RegisterMap;

/** What follows in an MSI capability with addresses of 32 bits. Mask and pending bits need `perVectorMasking`. */
export const MSI_32 = {
  data: { at: 0x08, width: 16 },
  mask: { at: 0x0c, width: 32 },
  pending: { at: 0x10, width: 32, access: "ro" },
} as const satisfies RegisterMap;

/** What follows in an MSI capability with addresses of 64 bits. Mask and pending bits need `perVectorMasking`. */
export const MSI_64 = {
  upperAddress: { at: 0x08, width: 32 },
  data: { at: 0x0c, width: 16 },
  mask: { at: 0x10, width: 32 },
  pending: { at: 0x14, width: 32, access: "ro" },
} as const satisfies RegisterMap;

/** What an MSI capability offers, and what is switched on. */
export interface MsiCapability {
  /** Vectors are sent as messages, not over INTx. */
  readonly enabled: boolean;
  /** How many vectors the device can use: a power of two up to 32. */
  readonly vectors: number;
  /** How many it may use now. */
  readonly enabledVectors: number;
  /** Messages can go to addresses above 4 GiB. */
  readonly address64: boolean;
  /** Vectors can be masked one by one. */
  readonly maskable: boolean;
}

const MOST_VECTORS = 32;
/** Bits that are never all set: nobody answered. */
const NOBODY = 0xffff;

/**
 * Reads an MSI capability.
 *
 * @param at Where it begins: {@linkcode findCapability} tells.
 * @returns undefined when the config space ends before it does, or nobody answers.
 * @throws What the memory throws.
 */
export function decodeMsi(config: ConfigSource, at: number): MsiCapability | undefined {
  const memory = configMemory(config);
  if (at + 4 > memory.size) return undefined;
  const control = registers(memory, MSI, at).control.read();
  if (control.raw === NOBODY) return undefined;
  const size = (control.address64 ? 0x0e : 0x0a) + (control.perVectorMasking ? 0x0a : 0);
  if (at + size > memory.size) return undefined;
  return {
    enabled: control.enable,
    vectors: Math.min(2 ** control.multipleMessageCapable, MOST_VECTORS),
    enabledVectors: Math.min(2 ** control.multipleMessageEnable, MOST_VECTORS),
    address64: control.address64,
    maskable: control.perVectorMasking,
  };
}
