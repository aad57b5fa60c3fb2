/**
 * Walks through all gates and says which of them fail. All are tried, so that one run tells everything.
 *
 *     deno task ok
 */
import type { Gate } from "./gates.ts";
import { gates } from "./gates.ts";
import { exportedPaths, readSettings, ROOT } from "./house/project.ts";
import { type Counts, countsIn, indented, summary } from "./summary.ts";

interface Result {
  readonly passed: boolean;
  readonly output: string;
  readonly missing: readonly string[];
}

async function run({ args, paths = [] }: Gate): Promise<Result> {
  const there = await Promise.all(paths.map(exists));
  const present = paths.filter((_, index) => there[index]);
  const missing = paths.filter((_, index) => !there[index]);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, ...present],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    passed: success,
    output: decoder.decode(stdout) + decoder.decode(stderr),
    missing,
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(new URL(path, ROOT));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Walks through the gates; returns the exit status. */
async function main(): Promise<number> {
  const failed: string[] = [];
  let tests: Counts | undefined;
  for (const gate of gates([...exportedPaths(await readSettings())])) {
    const start = performance.now();
    const { passed, output, missing } = await run(gate);
    const counts = countsIn(output);
    tests = counts ?? tests;
    const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
    const told = counts === undefined ? "" : `  ${counts.passed} passed, ${counts.failed} failed`;
    console.log(`${passed ? "ok  " : "FAIL"} ${gate.name.padEnd(8)}${seconds.padStart(8)}${told}`);
    if (missing.length > 0) console.log(indented(`not there: ${missing.join(", ")}`));
    if (!passed) {
      console.log(indented(output));
      failed.push(gate.name);
    }
  }
  if (tests !== undefined) console.log(summary(tests));
  console.log(failed.length === 0 ? "every gate passed" : `failed: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
