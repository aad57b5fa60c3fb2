/** Decoder of Enhanced Allocation: entries of different lengths, one behind the other. */
import type { RegisterMap } from "../../core/registers.ts";
import type { Fields, Meanings } from "./fields.ts";
import { hex64 } from "./fields.ts";
import type { Scope } from "./scope.ts";

/**
 * Enhanced Allocation.
 *
 * @see PCI Express Base Specification 6.0, section 7.8.5
 */
export const ENHANCED_ALLOCATION = {
  entries: { at: 0x02, width: 8, access: "ro", fields: { count: [5, 0] } },
} as const satisfies RegisterMap;

/** Enhanced Allocation: the buses of a bridge, in front of its entries. */
export const ENHANCED_ALLOCATION_BUSES = {
  secondaryBus: { at: 0x04, width: 8, access: "ro" },
  subordinateBus: { at: 0x05, width: 8, access: "ro" },
} as const satisfies RegisterMap;

/** The first word of an entry. */
export const ALLOCATION = {
  header: {
    at: 0x00,
    width: 32,
    access: "ro",
    fields: {
      size: [2, 0],
      equivalent: [7, 4],
      primaryProperties: [15, 8],
      secondaryProperties: [23, 16],
      writable: 30,
      enable: 31,
    },
  },
} as const satisfies RegisterMap;

const PROPERTIES = {
  0x00: "memory",
  0x01: "prefetchable memory",
  0x02: "I/O",
  0x03: "prefetchable memory of VFs",
  0x04: "memory of VFs",
  0x05: "memory behind the bridge",
  0x06: "prefetchable memory behind the bridge",
  0x07: "I/O behind the bridge",
  0xfd: "unavailable memory",
  0xfe: "unavailable I/O",
  0xff: "unavailable",
} as const;

/** What an entry stands for; the size is in words behind the first. */
export const ALLOCATION_MEANINGS = {
  header: {
    equivalent: {
      0: "BAR 0",
      1: "BAR 1",
      2: "BAR 2",
      3: "BAR 3",
      4: "BAR 4",
      5: "BAR 5",
      6: "behind the function",
      7: "none",
      8: "expansion ROM",
      9: "VF BAR 0",
      10: "VF BAR 1",
      11: "VF BAR 2",
      12: "VF BAR 3",
      13: "VF BAR 4",
      14: "VF BAR 5",
    },
    primaryProperties: PROPERTIES,
    secondaryProperties: PROPERTIES,
  },
} as const satisfies Meanings;

/** An entry. */
export type AllocationFields = Fields<typeof ALLOCATION, typeof ALLOCATION_MEANINGS> & {
  readonly base?: string;
  /** The last byte, counted from the base. */
  readonly maxOffset?: string;
};

/** Enhanced Allocation. */
export type EnhancedAllocationFields = Fields<typeof ENHANCED_ALLOCATION> & {
  readonly buses?: Fields<typeof ENHANCED_ALLOCATION_BUSES>;
  readonly allocations: readonly AllocationFields[];
};

/** Reads Enhanced Allocation. */
export function decodeEnhancedAllocation(scope: Scope): EnhancedAllocationFields {
  const fields = scope.read(ENHANCED_ALLOCATION);
  const bridge = scope.facts.headerLayout === 1;
  const allocations: AllocationFields[] = [];
  let offset = bridge ? 8 : 4;
  for (let left = fields.entries?.count ?? 0; left > 0; left--) {
    const { header } = scope.read(ALLOCATION, ALLOCATION_MEANINGS, offset);
    if (header === undefined) break;
    const words = scope.numbers(offset + 4, header.size, 32);
    allocations.push({ header, ...extent(words) });
    offset += 4 + 4 * header.size;
  }
  return {
    ...fields,
    ...(bridge && { buses: scope.read(ENHANCED_ALLOCATION_BUSES) }),
    allocations,
  };
}

/** Takes the words behind the first apart: bit 1 of the two lower halves tells whether there is an upper half. */
function extent(words: readonly number[]): Omit<AllocationFields, "header"> {
  const [base, offset, ...uppers] = words;
  if (base === undefined || offset === undefined) return {};
  const baseUpper = (base & 2) === 0 ? 0 : uppers.shift();
  const offsetUpper = (offset & 2) === 0 ? 0 : uppers.shift();
  if (baseUpper === undefined || offsetUpper === undefined) return {};
  return {
    base: hex64((BigInt(baseUpper) << 32n) | BigInt((base & ~3) >>> 0)),
    maxOffset: hex64((BigInt(offsetUpper) << 32n) | BigInt((offset | 3) >>> 0)),
  };
}
