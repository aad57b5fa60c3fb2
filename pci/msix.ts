/** MSI-X: its registers, and what they say. */
import { registers } from "../core/registers.ts";
import type { RegisterMap } from "../core/registers.ts";
import { configMemory } from "./config_bytes.ts";
import type { ConfigSource } from "./config_bytes.ts";

/**
 * An MSI-X capability, from its start.
 *
 * @see PCI Local Bus Specification 3.0, section 6.8.2
 */
export const MSIX = {
  // The table has one entry more than `lastVector` says.
  control: { at: 0x02, width: 16, fields: { enable: 15, functionMask: 14, lastVector: [10, 0] } },
  // An offset in the BAR is what is left of `raw` without its low 3 bits.
  table: { at: 0x04, width: 32, access: "ro", fields: { bar: [2, 0] } },
  pending: { at: 0x08, width: 32, access: "ro", fields: { bar: [2, 0] } },
} as const satisfies RegisterMap;

/** A place in a BAR. */
export interface BarPlace {
  /** 0 to 5. */
  readonly bar: number;
  /** Bytes from the start of the BAR, a multiple of 8. */
  readonly offset: number;
}

/** What an MSI-X capability offers, and what is switched on. */
export interface MsixCapability {
  /** Vectors are sent as messages, not over INTx. */
  readonly enabled: boolean;
  /** All vectors are masked together. */
  readonly functionMasked: boolean;
  /** 1 to 2048. */
  readonly vectors: number;
  /** The table, 16 bytes a vector. */
  readonly table: BarPlace;
  /** The pending bits, 8 bytes for each 64 vectors begun. */
  readonly pending: BarPlace;
}

const SIZE = 12;
/** Bits that are never all set: nobody answered. */
const NOBODY = 0xffff;

/**
 * Reads an MSI-X capability.
 *
 * Whether the BARs are there, and long enough, it does not tell.
 *
 * @param at Where it begins: {@linkcode findCapability} tells.
 * @returns undefined when the config space ends before it does, nobody answers, or it names a BAR that does not exist.
 * @throws What the memory throws.
 */
export function decodeMsix(config: ConfigSource, at: number): MsixCapability | undefined {
  const memory = configMemory(config);
  if (at + SIZE > memory.size) return undefined;
  const capability = registers(memory, MSIX, at);
  const control = capability.control.read();
  const table = placeOf(capability.table.read());
  const pending = placeOf(capability.pending.read());
  if (control.raw === NOBODY || table.bar > 5 || pending.bar > 5) return undefined;
  return {
    enabled: control.enable,
    functionMasked: control.functionMask,
    vectors: control.lastVector + 1,
    table,
    pending,
  };
}

function placeOf({ raw, bar }: { readonly raw: number; readonly bar: number }): BarPlace {
  return { bar, offset: (raw & ~7) >>> 0 };
}
