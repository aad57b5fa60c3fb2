/** The eight accesses, to try each of them. */
import type { Memory } from "../../core/memory.ts";

/** One of the eight. */
export interface Access {
  readonly name: string;
  /** Its width. */
  readonly bytes: number;
  /** Makes it; a write writes 0. */
  readonly make: (memory: Memory, offset: number) => unknown;
}

export const READS: readonly Access[] = [
  { name: "read8", bytes: 1, make: (memory, offset) => memory.read8(offset) },
  { name: "read16", bytes: 2, make: (memory, offset) => memory.read16(offset) },
  { name: "read32", bytes: 4, make: (memory, offset) => memory.read32(offset) },
  { name: "read64", bytes: 8, make: (memory, offset) => memory.read64(offset) },
];

export const WRITES: readonly Access[] = [
  { name: "write8", bytes: 1, make: (memory, offset) => memory.write8(offset, 0) },
  { name: "write16", bytes: 2, make: (memory, offset) => memory.write16(offset, 0) },
  { name: "write32", bytes: 4, make: (memory, offset) => memory.write32(offset, 0) },
  { name: "write64", bytes: 8, make: (memory, offset) => memory.write64(offset, 0n) },
];

export const ACCESSES: readonly Access[] = [...READS, ...WRITES];

/** Values that do not fit, by the write that they do not fit into. */
export const MISFITS: readonly (readonly [string, (memory: Memory) => void])[] = [
  ...[-1, 0.5, NaN, 0x100].map((value) =>
    [`write8 ${value}`, (memory: Memory) => memory.write8(0, value)] as const
  ),
  ...[-1, 0.5, 0x1_0000].map((value) =>
    [`write16 ${value}`, (memory: Memory) => memory.write16(0, value)] as const
  ),
  ...[-1, 0.5, 2 ** 32].map((value) =>
    [`write32 ${value}`, (memory: Memory) => memory.write32(0, value)] as const
  ),
  ...[-1n, 2n ** 64n, 1 as unknown as bigint].map((value) =>
    [`write64 ${value}`, (memory: Memory) => memory.write64(0, value)] as const
  ),
];
