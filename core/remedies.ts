/** Finding what helps: the catalogue's rows that fit an error, or a line of a log, and what is known about it. */
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
  /** The exact command, where there is one; it begins with `sudo` when it needs root. */
  readonly command?: string;
  /** It helps after the machine was started again. */
  readonly reboot?: true;
  /** It takes protection away: for a lab only. */
  readonly unsafe?: true;
}

/** A step of a row. Texts may name facts as `{blockers}`. */
export interface RemedyStep extends Omit<Remedy, "id"> {
  /** It is told to those who ask about the row, not with an error. */
  readonly later?: true;
}

/** A row of the catalogue. */
export interface RemedyRow {
  /** "NOT-VIABLE". */
  readonly id: string;
  /** What it looks like, in a few words. */
  readonly title: string;
  /** Where it comes from: a sentence. */
  readonly cause: string;
  /** Kernel operations that fail with it; none: it shows otherwise. */
  readonly operations: readonly string[];
  /** How they fail. */
  readonly codes: readonly ErrorCode[];
  /** Facts that must be known for the row to apply, beside those its texts name. */
  readonly when?: readonly string[];
  /** Its line in the kernel's log or a program's; groups of the pattern are facts. */
  readonly log?: RegExp;
  /** What helps, the likeliest first. With an error, a step whose facts are unknown is left out. */
  readonly steps: readonly RemedyStep[];
}

/** Longer lines are no lines of a log. */
const LONGEST_LINE = 2000;
const FACT = /\{(\w+)\}/g;
/** Words that mean nothing else to a shell, with spaces between them: a command is made with no other facts. */
const WORDS = /^[\w@%+:,./][\w@%+:,./-]*(?: [\w@%+:,./][\w@%+:,./-]*)*$/;

/** Finds the remedies for an error, in the catalogue's order. */
export function findRemedies(code: ErrorCode, operation: string, facts: Facts): readonly Remedy[] {
  return REMEDIES
    .filter((row) => row.codes.includes(code) && row.operations.includes(operation))
    .filter((row) => (row.when ?? []).every((name) => isKnown(facts, name)))
    .flatMap(({ id, steps }) =>
      steps.filter((step) => step.later !== true && allKnown(step, facts)).map((step) =>
        fill(id, step, facts)
      )
    );
}

/** What a row has to say, where all that its texts name is known. */
export function remediesOf({ id, steps }: RemedyRow, facts: Facts): readonly Remedy[] {
  return steps.filter((step) => allKnown(step, facts)).map((step) => fill(id, step, facts));
}

/** All that a row has to say; what is not known stands there as a word in capitals: ADDRESS. */
export function allRemediesOf({ id, steps }: RemedyRow, facts: Facts = {}): readonly Remedy[] {
  return steps.map((step) => fill(id, step, facts));
}

/** Finds the rows that a line of a log speaks of, and what it tells. */
export function rowsOfLine(line: string): readonly { readonly row: RemedyRow; readonly facts: Facts }[] {
  const text = line.slice(0, LONGEST_LINE);
  return REMEDIES.flatMap((row) => {
    const match = row.log?.exec(text);
    if (match === null || match === undefined) return [];
    const known = Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined);
    return [{ row, facts: Object.fromEntries(known) }];
  });
}

function isKnown(facts: Facts, name: string, pattern = /./s): boolean {
  const value = facts[name];
  return value !== undefined && pattern.test(textOf(value));
}

function allKnown({ text, command = "" }: RemedyStep, facts: Facts): boolean {
  return [...text.matchAll(FACT)].every(([, name = ""]) => isKnown(facts, name)) &&
    [...command.matchAll(FACT)].every(([, name = ""]) => isKnown(facts, name, WORDS));
}

function fill(id: string, { text, command, reboot, unsafe }: RemedyStep, facts: Facts): Remedy {
  return {
    id,
    text: replace(text, facts),
    ...(command === undefined ? {} : { command: replace(command, facts, WORDS) }),
    ...(reboot === undefined ? {} : { reboot }),
    ...(unsafe === undefined ? {} : { unsafe }),
  };
}

/** @param pattern What a fact has to be like to be taken for known. */
function replace(text: string, facts: Facts, pattern?: RegExp): string {
  return text.replace(FACT, (_, name: string) => {
    const value = facts[name];
    const isMissing = value === undefined || !isKnown(facts, name, pattern);
    return isMissing ? name.replace(/[A-Z]/g, "_$&").toUpperCase() : textOf(value);
  });
}

function textOf(value: Facts[string]): string {
  return typeof value === "object" ? value.join(", ") : String(value);
}
