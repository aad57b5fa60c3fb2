/** Line: what one operation costs, and what it costs in C. */
import { compare, measure } from "./paired.ts";
import type { Effort, Loop } from "./paired.ts";

/** One line of a table. */
export interface Line {
  readonly what: string;
  /** What `value` and `c` are: nanoseconds an operation, or microseconds until somebody runs. */
  readonly unit: "ns" | "us";
  readonly value: number;
  /** The same in C. */
  readonly c?: number;
  /** The median of the paired ratios to C. */
  readonly ratio?: number;
  /** A quarter of the ratios lie below the first, and a quarter above the second. */
  readonly quartiles?: readonly [number, number];
  /** The ratio of executed instructions. */
  readonly instructions?: number;
}

/** Measures an operation by itself. @param operations How many of it are a turn of `run`. */
export function alone(what: string, operations: number, run: Loop["run"]): Line {
  return { what, unit: "ns", value: measure({ operations, run }) };
}

/** Measures an operation against C. @param operations How many of it are a turn of `ours`, and of `c`. */
export async function against(
  what: string,
  operations: number,
  ours: Loop["run"],
  c: Loop["run"],
  effort?: Effort,
): Promise<Line> {
  const pair = await compare({ operations, run: ours }, { operations, run: c }, effort);
  const { first, second, ratio, quartiles } = pair;
  return { what, unit: "ns", value: first, c: second, ratio, quartiles };
}
