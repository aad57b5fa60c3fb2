import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { boot, type BootResult, count, importAll, requirePassed } from "./harness/mod.ts";

const FILES = { "all_test.ts": importAll("tests/unit/std") };

Deno.test("requirePassed() takes the names of tests that ran in a guest", async () => {
  const script = "deno test --no-check --reporter=tap all_test.ts";
  const report = requirePassed("assertions", await boot({ devices: [], files: FILES, user: true }, script));
  assert(report.tests.some(({ name }) => name === "equal() compares structure"));
  assertEquals(count(report, "passed"), report.tests.length);
});

/** What a guest brought back that printed `stdout`. */
function resultOf(stdout: string, status: number): BootResult {
  return {
    ...{ status, stdout, stderr: "", kernel: "6.1", kernelVersion: "#1", console: "", trace: [] },
    ...{ reason: undefined, attempts: 1, bootMs: 1, totalMs: 2 },
  };
}

Deno.test("requirePassed() refuses a failed test, naming it", () => {
  const error = assertThrows(() => requirePassed("t", resultOf("ok 1 - a\nnot ok 2 - b\n1..2\n", 1)));
  assertMatch(String(error), /1 of 2 tests failed in the guest:\nb/);
});

Deno.test("requirePassed() refuses a report that is empty, cut off, or followed by a failure", () => {
  assertThrows(() => requirePassed("t", resultOf("1..0\n", 0)));
  assertThrows(() => requirePassed("t", resultOf("ok 1 - a\n", 0)));
  assertThrows(() => requirePassed("t", resultOf("ok 1 - a\n1..1\n", 1)));
});
