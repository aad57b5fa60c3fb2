import { assertEquals, assertNotEquals } from "@std/assert";
import { firstFailure, isUnparsable } from "../../../tools/mutate/copy.ts";
import { figureOf, formatReport, isEnough } from "../../../tools/mutate/report.ts";
import type { Outcome, Result } from "../../../tools/mutate/results.ts";
import { digestOf, keyOf, parseResults, validResults } from "../../../tools/mutate/results.ts";

const MUTANT = {
  path: "a/b.ts",
  kind: "logic",
  line: 3,
  at: 20,
  end: 22,
  text: "||",
  before: "x",
  after: "y",
} as const;

function result(outcome: Outcome, changes: Partial<Result> = {}): Result {
  const { path, kind, line, at, before, after } = MUTANT;
  const tests = ["one_test.ts"];
  return {
    path,
    kind,
    line,
    at,
    before,
    after,
    outcome,
    by: "",
    ms: 5,
    tests,
    of: "a/b.ts one_test.ts",
    ...changes,
  };
}

/** Which results still count, where a digest is the names of what is digested. */
async function stillValid(
  results: readonly Result[],
  tests: readonly string[] = ["one_test.ts"],
): Promise<Outcome[]> {
  const digest = (path: string, of: readonly string[]) => Promise.resolve([path, ...of].join(" "));
  return Array.from(
    (await validResults(results, [MUTANT], digest, () => tests)).values(),
    ({ outcome }) => outcome,
  );
}

Deno.test("parseResults() reads what was written, and not the line that a stopped run left", () => {
  const written = [result("killed"), result("survived")].map((each) => JSON.stringify(each)).join("\n");
  assertEquals(parseResults(`${written}\n{"path":"a/b.ts","mutant":{}`), [
    result("killed"),
    result("survived"),
  ]);
  assertEquals(parseResults(""), []);
});

Deno.test("validResults() takes what was tried before, the last result of a mutant", async () => {
  assertEquals(await stillValid([result("timeout"), result("killed")]), ["killed"]);
});

Deno.test("validResults() drops results of a file, or of tests, that changed since", async () => {
  assertEquals(await stillValid([result("killed", { of: "older" })]), []);
});

Deno.test("validResults() drops a survivor that a new test has not seen, and keeps what was killed", async () => {
  const tests = ["one_test.ts", "new_test.ts"];
  assertEquals(await stillValid([result("survived")], tests), []);
  assertEquals(await stillValid([result("killed")], tests), ["killed"]);
});

Deno.test("validResults() drops what is no mutant any more", async () => {
  assertEquals(await stillValid([result("killed", { at: 19 }), result("killed", { after: "z" })]), []);
});

Deno.test("keyOf() tells two like changes of one line apart", () => {
  assertNotEquals(keyOf(result("killed")), keyOf(result("killed", { at: 21 })));
});

Deno.test("digestOf() digests texts, and where one ends", async () => {
  assertEquals(await digestOf(["a", "b"]), await digestOf(["a", "b"]));
  assertNotEquals(await digestOf(["ab", ""]), await digestOf(["a", "b"]));
});

Deno.test("figureOf() counts what a deadline ended as killed, and what is no program not at all", () => {
  const results = (["killed", "timeout", "survived", "unparsable"] as const).map((outcome) =>
    result(outcome)
  );
  assertEquals(figureOf(results), { killed: 2, total: 3 });
});

Deno.test("isEnough() asks for 95 of 100", () => {
  assertEquals([isEnough({ killed: 95, total: 100 }), isEnough({ killed: 94, total: 100 })], [true, false]);
});

Deno.test("formatReport() tells the figure of each folder and kind, and who survived", () => {
  const results = [
    result("killed"),
    result("timeout", { kind: "bits" }),
    result("survived", { path: "a/c/d.ts" }),
  ];
  assertEquals(
    formatReport(results, 4),
    `a    2/2 (100.0 %)
a/c  0/1 (0.0 %)

bits   1/1 (100.0 %)
logic  1/2 (50.0 %)

a/c/d.ts:3  x -> y

2/3 (66.7 %) killed, 1 of them by the deadline; 4 equivalent, 0 unparsable`,
  );
});

Deno.test("firstFailure() tells the first test that failed, and nothing of a file that did not load", () => {
  assertEquals(
    firstFailure("a ... ok (1ms)\nB.c() does d ... FAILED (2ms)\ne ... FAILED (1ms)\n"),
    "B.c() does d",
  );
  assertEquals(firstFailure("Uncaught error from ./a_test.ts FAILED\n"), "");
});

Deno.test("isUnparsable() knows code that is none from a test that failed by a syntax error", () => {
  const error = "error: SyntaxError: Cannot convert x to a BigInt\n";
  assertEquals(isUnparsable(`Uncaught error from ./a_test.ts FAILED\n${error}`), true);
  assertEquals(isUnparsable(`a ... FAILED (1ms)\n${error}`), false);
  assertEquals(isUnparsable("error: TypeError: x is no function\n"), false);
});
