/** JSON as the command prints it: safe to look at on a terminal, and without a number that JavaScript cannot hold. */
import { HIDDEN } from "./text.ts";

/** What can be printed as JSON; a bigint becomes a text of hexadecimal digits, undefined is left out. */
export type Json =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | readonly Json[]
  | { readonly [key: string]: Json };

/** The version of what is printed: it goes up when a field changes its meaning or goes away. docs/json.md has them all. */
export const SCHEMA_VERSION = 1;

/** Digits behind the point: a millisecond's nanoseconds. */
const DECIMALS = 6;

/** Writes a value down. */
export function toJson(value: Json, form: "document" | "line"): string {
  const text = JSON.stringify(value, replacer, form === "document" ? 2 : undefined) ?? "null";
  // The only newlines left are those between the fields: JSON escapes all others.
  return text.replace(HIDDEN, (character) => {
    if (character === "\n") return character;
    // A character beyond 16 bits is two to JSON.
    return character.split("").map((half) => `\\u${hex(half.charCodeAt(0), 4)}`).join("");
  });
}

function replacer(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isInteger(value)) return Number(value.toFixed(DECIMALS));
  return typeof value === "bigint" ? `0x${value.toString(16)}` : value;
}

/** Writes hexadecimal digits, at least so many. */
export function hex(value: number | bigint, digits = 1): string {
  return value.toString(16).padStart(digits, "0");
}
