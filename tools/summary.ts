/** Reads and writes the counts at the end of a test run. */

/** How many tests ran. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const SUMMARY = /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed\b/gm;

/** The counts in the last summary that `deno test` printed; undefined where there is none. */
export function countsIn(output: string): Counts | undefined {
  const last = [...output.matchAll(SUMMARY)].at(-1);
  return last === undefined ? undefined : { passed: Number(last[1]), failed: Number(last[2]) };
}

/** The counts as `deno test` writes them, so that whoever reads one reads the other. */
export function summary({ passed, failed }: Counts): string {
  return `${failed === 0 ? "ok" : "FAILED"} | ${passed} passed | ${failed} failed`;
}

const WENT_WELL = /^Check |^running \d+ tests? from | \.\.\. ok \(\d+\w+\)$/;

/**
 * A gate's output below its line: without what went well, and set in, so that none of its lines is taken for
 * the whole run's.
 */
export function indented(output: string): string {
  return output.trimEnd().split("\n").filter((line) => !WENT_WELL.test(line))
    .map((line) => `    ${line}`.trimEnd()).join("\n");
}
