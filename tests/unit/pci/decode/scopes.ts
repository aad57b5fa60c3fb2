/** Capabilities to decode, made of words. */
import { ByteMemory } from "../../../../core/byte_memory.ts";
import { Scope } from "../../../../pci/decode/scope.ts";
import type { FunctionFacts } from "../../../../pci/decode/scope.ts";
import { space } from "../spaces.ts";

/** What of a scope is not said by its words. */
export interface ScopeOptions extends Partial<FunctionFacts> {
  /** Bytes that there are. @default 0x100 */
  readonly size?: number;
  /** @default 1 */
  readonly version?: number;
}

/** A capability at the start of memory, with values of 32 bits here and there. */
export function scopeOf(words: Readonly<Record<number, number>>, options: ScopeOptions = {}): Scope {
  const { size = 0x100, version = 1, ...facts } = options;
  const memory = new ByteMemory(space(Math.ceil(size / 4) * 4, words).subarray(0, size));
  return new Scope(memory, 0, size, { headerLayout: 0, vendorId: 0, deviceId: 0, ...facts }, version);
}
