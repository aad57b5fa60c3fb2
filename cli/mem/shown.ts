/** How values of registers are shown. */
import type { Json } from "../json.ts";
import { dim, widthOf } from "../text.ts";
import type { Line, Span } from "../text.ts";
import { digits, fieldsOf } from "./access.ts";
import { offsetText } from "./place.ts";
import type { Place } from "./place.ts";

/**
 * A place with its value: offset, name, value, fields.
 *
 * @param room Columns for names.
 * @param sign Stands in front of the value.
 */
export function valueLine(place: Place, value: bigint, room = 0, sign = ""): Line {
  return [
    offsetText(place),
    nameSpan(place, room),
    `  ${sign}`,
    digits(value, place.width),
    ...meaning(place, value),
  ];
}

/** What a value means: its fields, or the number as people count. */
export function meaning(place: Place, value: bigint): Span[] {
  const fields = fieldsOf(place, value);
  if (fields.length === 0) return [dim(`  ${value}`)];
  return [`  ${fields.map(([name, held]) => `${name}=${fieldText(held)}`).join(" ")}`];
}

/** The room that the names of places need. */
export function nameWidth(places: readonly Place[]): number {
  return places.reduce((most, { name = "" }) => Math.max(most, widthOf(name)), 0);
}

/** A place with its value, for JSON. */
export function valueRecord(place: Place, value: bigint): { readonly [key: string]: Json } {
  return {
    offset: offsetText(place),
    register: place.name ?? null,
    width: place.width,
    value: digits(value, place.width),
    fields: Object.fromEntries(fieldsOf(place, value)),
  };
}

function nameSpan({ name = "" }: Place, width: number): string {
  const room = Math.max(width, widthOf(name));
  return room === 0 ? "" : `  ${name}${" ".repeat(room - widthOf(name))}`;
}

function fieldText(value: Json): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "bigint" ? `0x${value.toString(16)}` : String(value);
}
