/** Reading and writing a register of a config space in its width. */
import type { Memory } from "../../mod.ts";
import type { MaskedValue } from "./expression.ts";
import type { LocatedRegister } from "./locate.ts";

/** Reads a register. */
export function readRegister(memory: Memory, { at, width }: LocatedRegister): number {
  return width === 8 ? memory.read8(at) : width === 16 ? memory.read16(at) : memory.read32(at);
}

/** Writes a register. */
export function writeRegister(memory: Memory, { at, width }: LocatedRegister, value: number): void {
  if (width === 8) memory.write8(at, value);
  else if (width === 16) memory.write16(at, value);
  else memory.write32(at, value);
}

/** Puts the bits of a mask into a value. */
export function merge(old: number, { value, mask }: MaskedValue): number {
  return ((old & ~mask) | value) >>> 0;
}
