/** Registry: what becomes of every number of the list on a machine. */
import { RULES } from "./all.ts";
import type { Fixture } from "./fixture.ts";
import { LAST, WITHOUT_CASE } from "./numbers_data.ts";
import type { Rule } from "./rule.ts";
import { obstacle } from "./rule.ts";

/** One number of the list, on one machine. */
export interface Entry {
  readonly number: number;
  /** The cases that run. */
  readonly run: readonly Rule[];
  /** The cases that do not, or all of the number when it has none, and why. */
  readonly notRun: readonly { readonly name: string; readonly why: string }[];
}

/** Tells what becomes of every number. */
export function entries(machine: Fixture): Entry[] {
  return Array.from({ length: LAST }, (_, i) => entry(i + 1, machine));
}

function entry(number: number, machine: Fixture): Entry {
  const cases = RULES.filter((rule) => rule.number === number);
  const why = WITHOUT_CASE.get(number);
  return {
    number,
    run: cases.filter(({ needs }) => obstacle(needs, machine) === undefined),
    notRun: [
      ...why === undefined ? [] : [{ name: `${number}.`, why }],
      ...cases.flatMap(({ name, needs }) => {
        const reason = obstacle(needs, machine);
        return reason === undefined ? [] : [{ name, why: reason }];
      }),
    ],
  };
}

/** Writes numbers that follow each other as a range: 1-3 7. */
export function ranges(numbers: readonly number[]): string {
  const parts: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const part = parts.at(-1);
    if (part !== undefined && number <= part.last + 1) part.last = number;
    else parts.push({ first: number, last: number });
  }
  return parts.map(({ first, last }) => first === last ? `${first}` : `${first}-${last}`).join(" ");
}

/** Says in a few lines which numbers run on a machine, and why the others do not. */
export function summary(title: string, machine: Fixture): string {
  const all = entries(machine);
  const reasons = new Map<string, number[]>();
  for (const { number, notRun } of all) {
    for (const { why } of notRun) {
      const numbers = reasons.get(why) ?? [];
      reasons.set(why, numbers.includes(number) ? numbers : [...numbers, number]);
    }
  }
  const run = all.filter((entry) => entry.run.length > 0).map(({ number }) => number);
  const lines = [...reasons].map(([why, numbers]) => `  not run, ${why}: ${ranges(numbers)}`);
  return [`${title}: ${run.length} of ${LAST} numbers run`, ...lines].join("\n");
}
