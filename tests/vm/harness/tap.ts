/** One test of a TAP report. */
export interface TapTest {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "ignored";
  /** What went wrong. */
  readonly message?: string;
  /** The test's steps, by their own names. */
  readonly steps: readonly TapTest[];
}

/** What a test run reported. */
export interface TapReport {
  readonly tests: readonly TapTest[];
  /** Whether the report came to its end and lists as many tests as it says. */
  readonly complete: boolean;
}

/**
 * Reads what `deno test --reporter=tap` prints; lines that are not TAP are passed over.
 *
 * @see https://testanything.org/tap-version-14-specification.html
 */
export function parseTap(text: string): TapReport {
  // Steps come before their test and are indented by 4 more; the innermost open level is the last.
  const levels: { test: TapTest; indent: number }[] = [];
  const tests: TapTest[] = [];
  let planned = -1;
  const lines = text.split("\n");
  lines.forEach((line, index) => {
    const plan = /^1\.\.(\d+)$/.exec(line);
    if (plan !== null) planned = Number(plan[1]);
    const [, spaces = "", not, title = ""] = /^( *)(not )?ok \d+ - (.*)$/.exec(line) ?? [];
    if (title === "") return;
    const indent = spaces.length;
    const steps: TapTest[] = [];
    while ((levels.at(-1)?.indent ?? 0) > indent) {
      const step = levels.pop();
      if (step !== undefined) steps.unshift(step.test);
    }
    const message = not === undefined ? undefined : messageAfter(lines, index);
    const test: TapTest = { ...outcomeOf(title, not !== undefined), steps, ...(message && { message }) };
    if (indent === 0) tests.push(test);
    else levels.push({ test, indent });
  });
  return { tests, complete: planned === tests.length };
}

/** Splits the directive from a test's name, and takes the escapes out of it. */
function outcomeOf(title: string, failed: boolean): Pick<TapTest, "name" | "outcome"> {
  const skipped = / # SKIP/.test(title);
  const name = title.replace(/ # SKIP.*$/, "").replaceAll(/\\([\\#])/g, "$1");
  return { name, outcome: failed ? "failed" : skipped ? "ignored" : "passed" };
}

/** Reads the message of the YAML block, one line of JSON, that follows a failed test. */
function messageAfter(lines: readonly string[], index: number): string | undefined {
  if (lines[index + 1]?.trim() !== "---") return undefined;
  try {
    return String(JSON.parse(lines[index + 2] ?? "").message);
  } catch {
    return undefined;
  }
}
