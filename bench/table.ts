/** Tables: lines as people read them. */
import type { Line } from "./line.ts";

const WIDTHS = [48, 14, 14, 8, 16, 14];

/** Prints a table. */
export function print(lines: readonly Line[]): void {
  console.log(row("", "Deno", "C", "ratio", "quartiles", "instructions"));
  for (const { what, unit, value, c, ratio, quartiles, instructions } of lines) {
    console.log(row(
      what,
      `${value.toFixed(1)} ${unit}`,
      c === undefined ? "" : `${c.toFixed(1)} ${unit}`,
      two(ratio),
      quartiles?.map(two).join(" - "),
      two(instructions),
    ));
  }
}

function two(number: number | undefined): string {
  return number?.toFixed(2) ?? "";
}

function row(first: string, ...rest: readonly (string | undefined)[]): string {
  return [first.padEnd(WIDTHS[0] ?? 0), ...rest.map((cell, i) => (cell ?? "").padStart(WIDTHS[i + 1] ?? 0))]
    .join("").trimEnd();
}
