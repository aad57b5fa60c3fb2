import type { BootResult } from "./options.ts";
import { parseTap, type TapReport, type TapTest } from "./tap.ts";

const MARKS = { passed: "ok", failed: "FAILED", ignored: "not run" } as const;

/** Counts the tests of a report by outcome. */
export function count(report: TapReport, outcome: TapTest["outcome"]): number {
  return report.tests.filter((test) => test.outcome === outcome).length;
}

/** Writes a report the way people read it: each test's name, then the exact kernel and the counts. */
export function formatReport(title: string, result: BootResult, report: TapReport): string {
  const lines = report.tests.flatMap((test) => describe(test, "  "));
  return [
    title,
    ...lines,
    `${title}: ${count(report, "passed")} passed, ${count(report, "failed")} failed, ` +
    `${count(report, "ignored")} not run on Linux ${result.kernel} ${result.kernelVersion}`,
  ].join("\n");
}

/**
 * Prints the report of a guest that ran `deno test --reporter=tap`, and makes sure that all passed.
 *
 * @returns The report.
 * @throws {Error} when a test failed, when none ran, or when the report or the guest stopped short.
 */
export function requirePassed(title: string, result: BootResult): TapReport {
  const report = parseTap(result.stdout);
  Deno.stdout.writeSync(new TextEncoder().encode(`${formatReport(title, result, report)}\n`));
  const wrong = whatIsWrong(result, report);
  if (wrong !== undefined) throw new Error(`${title}: ${wrong}`);
  return report;
}

/** Tells why a run in a guest does not count as passed; undefined when it does. */
export function whatIsWrong(result: BootResult, report: TapReport): string | undefined {
  const wrong = [failures(report), ending(result, report)].filter((part) => part !== undefined);
  return wrong.length === 0 ? undefined : wrong.join("\n");
}

/** Names the tests that failed. */
function failures(report: TapReport): string | undefined {
  const failed = report.tests.filter((test) => test.outcome === "failed");
  if (failed.length === 0) return undefined;
  const all = failed.map(({ name, message }) => `${name}\n${message ?? ""}`).join("\n");
  return `${failed.length} of ${report.tests.length} tests failed in the guest:\n${all}`;
}

/** Tells of a run that did not come to the end that its tests explain. */
function ending(result: BootResult, report: TapReport): string | undefined {
  const failed = count(report, "failed") > 0;
  if (report.complete && (failed || result.status === 0 && count(report, "passed") > 0)) return undefined;
  const reason = result.reason === undefined ? "" : ` (${result.reason})`;
  return `the guest ended with status ${result.status} after ${report.tests.length} tests${reason}\n` +
    `${result.stderr.slice(-4000)}\n${result.stdout.slice(-2000)}\n${result.console.slice(-4000)}`;
}

function describe(test: TapTest, indent: string): string[] {
  const steps = test.steps.flatMap((step) => describe(step, `${indent}  `));
  return [`${indent}${test.name} ... ${MARKS[test.outcome]}`, ...steps];
}
