/** What a run tells: figures, and the mutants that no test noticed. */
import type { Result } from "./results.ts";

/** The share of mutants that tests must notice. */
export const GOAL = 0.95;

/** How many mutants tests noticed. */
export interface Figure {
  readonly killed: number;
  readonly total: number;
}

/** The figure of some results; what is no program counts for nothing. */
export function figureOf(results: readonly Result[]): Figure {
  const tried = results.filter(({ outcome }) => outcome !== "unparsable");
  return { killed: tried.filter(({ outcome }) => outcome !== "survived").length, total: tried.length };
}

/** Whether the goal is reached. */
export function isEnough({ killed, total }: Figure): boolean {
  return killed >= GOAL * total;
}

/** Writes the report. @param equivalent How many chosen mutants are known to change nothing; they are not among the results. */
export function formatReport(results: readonly Result[], equivalent: number): string {
  const survivors = results.filter(({ outcome }) => outcome === "survived")
    .sort((a, b) => a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1);
  const late = results.filter(({ outcome }) => outcome === "timeout").length;
  const broken = results.filter(({ outcome }) => outcome === "unparsable").length;
  return [
    ...table(results, ({ path }) => path.slice(0, path.lastIndexOf("/"))),
    "",
    ...table(results, ({ kind }) => kind),
    "",
    ...survivors.map(({ path, line, before, after }) => `${path}:${line}  ${before} -> ${after}`),
    ...(survivors.length > 0 ? [""] : []),
    `${
      formatFigure(figureOf(results))
    } killed, ${late} of them by the deadline; ${equivalent} equivalent, ${broken} unparsable`,
  ].join("\n");
}

function table(results: readonly Result[], keyOf: (result: Result) => string): string[] {
  const groups = [...Map.groupBy(results, keyOf)].sort(([a], [b]) => a < b ? -1 : 1);
  const width = Math.max(...groups.map(([key]) => key.length));
  return groups.map(([key, each]) => `${key.padEnd(width)}  ${formatFigure(figureOf(each))}`);
}

function formatFigure({ killed, total }: Figure): string {
  return `${killed}/${total} (${total === 0 ? "-" : (100 * killed / total).toFixed(1)} %)`;
}
