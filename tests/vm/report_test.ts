import { assert, assertEquals, assertMatch } from "@std/assert";
import { boot, count, importAll, parseTap, requirePassed, whatIsWrong } from "./harness/mod.ts";

const FILES = { "all_test.ts": importAll("tests/unit/std") };

Deno.test("requirePassed() takes the names of tests that ran in a guest", async () => {
  const script = "deno test --no-check --reporter=tap all_test.ts";
  const report = requirePassed("assertions", await boot({ devices: [], files: FILES, user: true }, script));
  assert(report.tests.some(({ name }) => name === "equal() compares structure"));
  assertEquals(count(report, "passed"), report.tests.length);
});

/** What is wrong with a guest that printed `stdout`. */
function verdict(stdout: string, status: number): string | undefined {
  const result = {
    ...{ status, stdout, stderr: "", kernel: "6.1", kernelVersion: "#1", console: "", trace: [] },
    ...{ reason: undefined, attempts: 1, bootMs: 1, totalMs: 2 },
  };
  return whatIsWrong(result, parseTap(stdout));
}

Deno.test("whatIsWrong() names the tests that failed", () => {
  assertMatch(verdict("ok 1 - a\nnot ok 2 - b\n1..2\n", 1) ?? "", /1 of 2 tests failed in the guest:\nb/);
});

Deno.test("whatIsWrong() refuses a report that is empty, cut off, or followed by a failure", () => {
  assertMatch(verdict("1..0\n", 0) ?? "", /after 0 tests/);
  assertMatch(verdict("ok 1 - a\n", 0) ?? "", /status 0 after 1 tests/);
  assertMatch(verdict("ok 1 - a\n1..1\n", 1) ?? "", /status 1 after 1 tests/);
  assertEquals(verdict("ok 1 - a\nok 2 - b # SKIP\n1..2\n", 0), undefined);
});

Deno.test("whatIsWrong() tells of a report that is cut off after a failure", () => {
  const said = verdict("not ok 1 - a\nok 2 - b\n", 125) ?? "";
  assertMatch(said, /1 of 2 tests failed/);
  assertMatch(said, /status 125 after 2 tests/);
});
