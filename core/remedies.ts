/** Finding what helps: the catalogue's rows that fit an error and what is known about it. */
import type { ErrorCode } from "./errors.ts";
import { REMEDIES } from "./remedies_data.ts";

/** What the host knows about a failure, by name: "blockers", "node", "limit", ... */
export type Facts = Readonly<Record<string, string | number | bigint | readonly string[]>>;

/** One thing that helps. */
export interface Remedy {
  /** The catalogue's row, as "NOT-VIABLE". */
  readonly id: string;
  /** What is wrong and what to do, in a sentence. */
  readonly text: string;
  /** The exact command, where there is one. */
  readonly command?: string;
}

/** A row of the catalogue. Texts may name facts as `{blockers}`; a step whose facts are unknown is left out. */
export interface RemedyRow {
  readonly id: string;
  readonly operations: readonly string[];
  readonly codes: readonly ErrorCode[];
  /** Facts that must be known for the row to apply, beside those its texts name. */
  readonly when?: readonly string[];
  readonly steps: readonly { readonly text: string; readonly command?: string }[];
}

/** Finds the remedies for an error, in the catalogue's order. */
export function findRemedies(code: ErrorCode, operation: string, facts: Facts): readonly Remedy[] {
  return REMEDIES
    .filter((row) => row.codes.includes(code) && row.operations.includes(operation))
    .filter((row) => (row.when ?? []).every((name) => isKnown(facts, name)))
    .flatMap((row) => row.steps.flatMap((step) => fill(row.id, step, facts)));
}

function isKnown(facts: Facts, name: string): boolean {
  const value = facts[name];
  return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}

function fill(id: string, step: RemedyRow["steps"][number], facts: Facts): Remedy[] {
  const { text, command } = step;
  const names = `${text} ${command ?? ""}`.matchAll(/\{(\w+)\}/g);
  for (const [, name] of names) if (name === undefined || !isKnown(facts, name)) return [];
  const filled = replace(text, facts);
  return [
    command === undefined ? { id, text: filled } : { id, text: filled, command: replace(command, facts) },
  ];
}

function replace(text: string, facts: Facts): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = facts[name];
    return Array.isArray(value) ? value.join(", ") : String(value);
  });
}
