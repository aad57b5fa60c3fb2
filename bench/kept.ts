/** Kept figures: what was measured before, to hold what is measured now against. Nothing fails here. */
import type { Line } from "./line.ts";

/** What a run measured, where and when. */
export interface Results {
  readonly date: string;
  readonly deno: string;
  /** Of the guest. */
  readonly kernel?: string;
  readonly lines: readonly Line[];
}

/** What of two runs differs by more is worth a word. Times of one machine and another differ by more than ratios do. */
const WORTH_A_WORD = { ratio: 0.1, value: 0.3, instructions: 0.02 } as const;

/** The file that keeps the results of that name. */
function fileOf(name: string): URL {
  return new URL(`./results/${name}.json`, import.meta.url);
}

/** Keeps results, instead of those kept before. @param whole Else lines that were not measured this time stay. */
export function keep(name: string, results: Results, whole: boolean): void {
  const measured = new Set(results.lines.map((line) => line.what));
  const others = whole ? [] : read(name)?.lines.filter((line) => !measured.has(line.what)) ?? [];
  const lines = [...others, ...results.lines];
  Deno.writeTextFileSync(fileOf(name), `${JSON.stringify({ ...results, lines }, undefined, 2)}\n`);
}

/** Compares with what is kept, in words. */
export function compareWithKept(name: string, lines: readonly Line[]): string {
  const kept = read(name);
  if (kept === undefined) return "Nothing is kept to compare with: --keep does that.";
  const before = new Map(kept.lines.map((line) => [line.what, line]));
  const words = lines.flatMap((line) => {
    const old = before.get(line.what);
    return old === undefined ? [`${line.what}: was not measured`] : differences(line, old);
  });
  const title = `Beside what was kept on ${kept.date.slice(0, 10)} with Deno ${kept.deno}`;
  return words.length === 0 ? `${title}: nothing worth a word.` : [`${title}:`, ...words].join("\n");
}

function read(name: string): Results | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(fileOf(name)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function differences(line: Line, old: Line): string[] {
  const figures = line.ratio === undefined ? ["value"] as const : ["ratio", "instructions"] as const;
  return figures.flatMap((figure) => {
    const [now, then] = [line[figure], old[figure]];
    if (now === undefined || then === undefined) return [];
    const change = now / then - 1;
    if (Math.abs(change) < WORTH_A_WORD[figure]) return [];
    const unit = { value: ` ${line.unit}`, ratio: " x C", instructions: " x C's instructions" }[figure];
    const percent = `${Math.abs(change * 100).toFixed(0)} %`;
    const word = change > 0 ? "more" : "less";
    return [`${line.what}: ${now.toFixed(2)}${unit}, ${percent} ${word} than ${then.toFixed(2)}`];
  });
}
