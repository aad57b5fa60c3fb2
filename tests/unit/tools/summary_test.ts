import { assertEquals } from "@std/assert";
import { countsIn, indented, summary } from "../../../tools/summary.ts";

Deno.test("countsIn() reads what deno test prints", () => {
  assertEquals(countsIn("a ... ok (5ms)\n\nok | 12 passed | 0 failed (46ms)\n"), { passed: 12, failed: 0 });
  assertEquals(countsIn("FAILED | 3 passed (12 steps) | 2 failed (1 step) | 1 ignored (9ms)"), {
    passed: 3,
    failed: 2,
  });
  assertEquals(countsIn("error: No test modules found"), undefined);
});

Deno.test("countsIn() takes the last summary, which is the whole run's", () => {
  const output = "ok | 150 passed | 0 failed (3s)\nguest ... ok (9s)\n\nFAILED | 8 passed | 1 failed (9s)\n";
  assertEquals(countsIn(output), { passed: 8, failed: 1 });
});

Deno.test("countsIn() reads no summary that is set in", () => {
  assertEquals(countsIn(indented("FAILED | 3 passed | 1 failed (5ms)")), undefined);
});

Deno.test("summary() writes what countsIn() reads", () => {
  for (const counts of [{ passed: 12, failed: 0 }, { passed: 0, failed: 3 }]) {
    assertEquals(countsIn(summary(counts)), counts);
  }
});

Deno.test("indented() leaves out what went well", () => {
  const output = "Check a.ts\nrunning 2 tests from ./a_test.ts\na ... ok (5ms)\nb ... FAILED (1ms)\n\n";
  assertEquals(indented(output), "    b ... FAILED (1ms)");
});
