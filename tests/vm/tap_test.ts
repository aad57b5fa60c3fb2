import { assertEquals } from "@std/assert";
import { parseTap } from "./harness/mod.ts";

const REPORT = String.raw`TAP version 14
# ./a_test.ts
not ok 1 - a
  ---
  {"message":"Error: no\n    at a_test.ts:2:1","severity":"fail","at":{"file":"./a_test.ts","line":2}}
  ...
ok 2 - c # SKIP
some test printed this
# Subtest: d
    ok 1 - s1
    # Subtest: s2
        ok 1 - inner
        1..1
    ok 2 - s2
    1..2
ok 3 - d
ok 4 - e \# \\ hash
1..4
`;

Deno.test("parseTap() reads names, outcomes, messages and steps", () => {
  const { tests, complete } = parseTap(REPORT);
  const none: never[] = [];
  assertEquals(tests, [
    { name: "a", outcome: "failed", steps: none, message: "Error: no\n    at a_test.ts:2:1" },
    { name: "c", outcome: "ignored", steps: none },
    {
      name: "d",
      outcome: "passed",
      steps: [
        { name: "s1", outcome: "passed", steps: none },
        { name: "s2", outcome: "passed", steps: [{ name: "inner", outcome: "passed", steps: none }] },
      ],
    },
    { name: "e # \\ hash", outcome: "passed", steps: none },
  ]);
  assertEquals(complete, true);
});

Deno.test("parseTap() sees that a report stops short", () => {
  assertEquals(parseTap("").complete, false);
  assertEquals(parseTap(REPORT.replace("1..4", "")).complete, false);
  assertEquals(parseTap(REPORT.replace("ok 2 - c # SKIP\n", "")).complete, false);
});
