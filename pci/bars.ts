/** Base Address Registers: what a device decodes, and where. */
import { registers } from "../core/registers.ts";
import { configMemory } from "./config_bytes.ts";
import type { ConfigSource } from "./config_bytes.ts";
import { CONFIG_HEADER } from "./header.ts";

/** I/O ports, or memory with an address of 32 or of 64 bits. */
export type BarKind = "io" | "memory32" | "memory64";

/** What a BAR says. */
export interface Bar {
  /** 0 to 5. A BAR of 64 bits takes the register behind it too, whose index has no BAR of its own then. */
  readonly index: number;
  /** What it decodes, and how wide its address is. */
  readonly kind: BarKind;
  /** Reads have no side effects. */
  readonly prefetchable: boolean;
  /** Where it lies on the bus; 0 while nobody has placed it. */
  readonly address: bigint;
}

const BAR0 = CONFIG_HEADER.bar0.at;
/** How many BARs a header has by its layout: of a device, a bridge, a CardBus bridge. */
const COUNTS: readonly number[] = [6, 2, 1];
const NOBODY = 0xffff_ffff;

/**
 * Reads the BARs of a config space, in their order.
 *
 * Left out is what tells nothing: a register of zeros, which may be a BAR without an address or none at all; one of
 * ones, which nobody answered for; a BAR of 64 bits without its upper half; and all that a truncated space lacks.
 *
 * @throws What the memory throws.
 * @see PCI Local Bus Specification 3.0, section 6.2.5.1
 */
export function decodeBars(config: ConfigSource): Bar[] {
  const memory = configMemory(config);
  if (memory.size < BAR0) return [];
  const count = COUNTS[registers(memory, CONFIG_HEADER).headerType.read().layout] ?? 0;
  const words: number[] = [];
  for (let at = BAR0; at < BAR0 + 4 * count && at + 4 <= memory.size; at += 4) words.push(memory.read32(at));
  return barsOf(words);
}

/**
 * Reads BARs from registers that follow each other, as {@linkcode decodeBars} does: a virtual function's stand elsewhere.
 *
 * @param words 32 bits each; the first is BAR 0.
 */
export function barsOf(words: readonly number[]): Bar[] {
  const bars: Bar[] = [];
  for (let index = 0; index < words.length; index++) {
    const low = words[index] ?? 0;
    if (low === 0 || low === NOBODY) continue;
    const kind = kindOf(low);
    const high = kind === "memory64" ? words[index + 1] : 0;
    if (high === undefined) continue;
    const address = (BigInt(high) << 32n) | BigInt(addressBits(kind, low));
    bars.push({ index, kind, prefetchable: kind !== "io" && (low & 8) !== 0, address });
    if (kind === "memory64") index++;
  }
  return bars;
}

/**
 * Tells a BAR's size in bytes from its sizing mask.
 *
 * @param low What the register reads after all ones were written to it.
 * @param high The same of the upper half of a BAR of 64 bits.
 * @returns A power of two; 0 when there is no BAR.
 * @see PCI Local Bus Specification 3.0, section 6.2.5.1, implementation note on sizing
 */
export function barSize(low: number, high = 0): number {
  const kind = kindOf(low);
  const writable = addressBits(kind, low);
  if (writable !== 0) return lowestBit(writable);
  return kind === "memory64" ? lowestBit(high) * 2 ** 32 : 0;
}

/** The two types that the specification reserves are read as 32 bits, as Linux does. */
function kindOf(low: number): BarKind {
  if ((low & 1) !== 0) return "io";
  return (low & 6) === 4 ? "memory64" : "memory32";
}

/** The register without its type bits. */
function addressBits(kind: BarKind, low: number): number {
  return (low & (kind === "io" ? ~3 : ~15)) >>> 0;
}

function lowestBit(value: number): number {
  return (value & -value) >>> 0;
}
