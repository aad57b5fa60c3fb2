/** Agreement: what each case came to on the emulated host and on Linux, side by side. */

/** What a case came to on one machine, in any of the modes that it was run in. */
export type Outcome = "passed" | "failed" | "not run";

/** A machine that the suite was run on. */
export interface Column {
  /** "emulated as 7.2", "Linux 7.2.13+deb14-amd64, vt-d". */
  readonly title: string;
  readonly emulated: boolean;
  /** By the name of the case. What is not here was not run. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** A case, or a number that has none. */
export interface Row {
  readonly name: string;
  /** Why the emulated host does not run it. */
  readonly why?: string | undefined;
}

/** What the columns say of a case together. */
export type Verdict = "both" | "linux only" | "not on QEMU" | "differs" | "not run";

const MARKS = { "passed": "+", "failed": "!", "not run": "." } as const;

/** Gathers outcomes by the case's name alone: tests have the machine behind it, in parentheses. */
export function outcomesOf(
  tests: readonly { readonly name: string; readonly outcome: "passed" | "failed" | "ignored" }[],
): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const { name, outcome } of tests) {
    const rule = name.replace(/ \([^()]*\)$/, "");
    if (outcome === "ignored" || outcomes.get(rule) === "failed") continue;
    outcomes.set(rule, outcome);
  }
  return outcomes;
}

/** Tells what a case came to on a machine. */
export function outcomeOn(column: Column, name: string): Outcome {
  return column.outcomes.get(name) ?? "not run";
}

/** Tells what the columns say of a case. */
export function verdictOf(columns: readonly Column[], name: string): Verdict {
  const seen = (emulated: boolean) =>
    new Set(columns.filter((column) => column.emulated === emulated).map((one) => outcomeOn(one, name)));
  const [emulated, linux] = [seen(true), seen(false)];
  if (emulated.has("failed") || linux.has("failed")) return "differs";
  if (linux.has("passed")) return emulated.has("passed") ? "both" : "linux only";
  return emulated.has("passed") ? "not on QEMU" : "not run";
}

/**
 * Writes the table: a line for each case with a mark for each machine, the differing ones once more with the machines
 * that say otherwise, and how many cases agree.
 */
export function formatAgreement(columns: readonly Column[], rows: readonly Row[]): string {
  const keys = columns.map(({ title }, index) => `${letter(index)}  ${title}`);
  const head = `${columns.map((_, index) => letter(index)).join("")}  + passed  ! failed  . not run`;
  const lines = rows.map(({ name, why }) => {
    const marks = columns.map((column) => MARKS[outcomeOn(column, name)]).join("");
    const note = why === undefined ? "" : ` (${why})`;
    return `${marks}  ${verdictOf(columns, name).padEnd(11)}  ${name}${note}`;
  });
  return [...keys, "", head, ...lines, "", ...differing(columns, rows), ...figures(columns, rows)].join("\n");
}

function letter(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** Names the cases that differ, and where. */
function differing(columns: readonly Column[], rows: readonly Row[]): string[] {
  return rows.filter(({ name }) => verdictOf(columns, name) === "differs").map(({ name }) => {
    const failed = columns.filter((column) => outcomeOn(column, name) === "failed").map(({ title }) => title);
    return `differs: ${name} (fails on ${failed.join("; ")})`;
  });
}

/** Counts the verdicts, and the emulated host's share of what Linux was asked. */
function figures(columns: readonly Column[], rows: readonly Row[]): string[] {
  const by = Map.groupBy(rows, ({ name }) => verdictOf(columns, name));
  const count = (verdict: Verdict) => by.get(verdict)?.length ?? 0;
  const kinds = (["both", "linux only", "not on QEMU", "differs", "not run"] as const)
    .map((verdict) => `${count(verdict)} ${verdict}`);
  const reasons = Map.groupBy(by.get("linux only") ?? [], ({ why }) => why ?? "not run");
  const onLinux = count("both") + count("linux only") + count("differs");
  const share = onLinux === 0 ? "" : `: ${(100 * count("both") / onLinux).toFixed(1)} %`;
  return [
    `${rows.length} cases: ${kinds.join(", ")}`,
    `the emulated host agrees in ${count("both")} of the ${onLinux} cases that Linux was asked${share}`,
    ...[...reasons].map(([why, { length }]) => `linux only, the emulated host ${why}: ${length}`),
  ];
}
