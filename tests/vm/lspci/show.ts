/** How lspci prints what was decoded. */
import type { Line, Show } from "./expect.ts";

/** What was decoded, asked without its types: a path that leads nowhere is a difference. */
// deno-lint-ignore no-explicit-any
export type Any = any;

/** What follows from other pieces of the same text. */
export const DERIVED = { skip: "said by other pieces" } as const;
/** A device that says so in reserved bits. */
export const RESERVED = { skip: "reserved bits" } as const;
/** What is cut off: `truncated` says it. */
export const CUT_OFF = { skip: "cut off" } as const;
/** What lspci itself marks as not decoded. */
export const UNDECODED = { skip: "lspci does not decode it" } as const;

/** Flags of one register, by what lspci calls them. */
export function flags(register: string, names: Readonly<Record<string, string>>): Line {
  return Object.fromEntries(
    Object.entries(names).map(([name, field]) => [`${name}±`, `${register}.${field}`]),
  );
}

/** Prints a number in hexadecimal, with at least so many digits. */
export function hex(value: string | number | bigint, digits: number): string {
  return BigInt(value).toString(16).padStart(digits, "0");
}

/** Prints a number as so many units. */
export function units(unit: number, digits: number): Show {
  return (value: number) => hex(value / unit, digits);
}

/** Prints a speed; lspci 3.13 knows none above 64 GT/s. */
export function speed(unknown: string): Show {
  return (value: number | string) => typeof value === "number" && value <= 64 ? `${value}GT/s` : unknown;
}

/** Prints an encoding as lspci does what it takes for computed. */
export function computed(compute: (encoding: number) => number): Show {
  return (value: number | string) => String(typeof value === "number" ? value : compute(codeOf(value)));
}

/** The number of an encoding that specifications leave open. */
export function codeOf(reserved: string): number {
  return Number(reserved.replace("reserved ", ""));
}

/** Prints a granularity of PTM; 0 has a word of its own. */
export function granularity(zero: string): Show {
  return (value: number) => value === 0 ? zero : value === 255 ? "Greater than 254ns" : `${value}ns`;
}

/** Prints a size as a power of two. */
export function powerOfTwo(size: string): string {
  const power = BigInt(size).toString(2).length - 1;
  return `${2 ** (power % 10)}${["MB", "GB", "TB", "PB", "EB"][Math.floor(power / 10) - 2]}`;
}
