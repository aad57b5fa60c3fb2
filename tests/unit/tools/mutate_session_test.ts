import { assertEquals } from "@std/assert";
import type { Placed } from "../../../tools/mutate/choice.ts";
import type { Run } from "../../../tools/mutate/copy.ts";
import { Reach } from "../../../tools/mutate/reach.ts";
import type { Result } from "../../../tools/mutate/results.ts";
import type { Workplace } from "../../../tools/mutate/session.ts";
import { Session } from "../../../tools/mutate/session.ts";

const TESTS = ["tests/unit/a/b_test.ts", "tests/unit/c/d_test.ts", "tests/conformance/e_test.ts"];
const IMPORTS = TESTS.map((from) => ({ from, to: "a/b.ts", line: 1 }));
const SOURCE = "return 1;";
const MUTANT: Placed = {
  ...{ path: "a/b.ts", kind: "number", line: 1, at: 7, end: 8, text: "2" },
  ...{ before: SOURCE, after: "return 2;" },
};

/** A place where `answer` says how each run of tests goes, and what was run on which text. */
function workplace(answer: (tests: readonly string[], text: string, run: number) => Partial<Run>) {
  const runs: string[] = [];
  let text = SOURCE;
  const place: Workplace = {
    write: (_path, next) => Promise.resolve(void (text = next)),
    test: (tests, deadlineMs) => {
      runs.push(`${text} ${tests.length} ${deadlineMs}`);
      return Promise.resolve({ outcome: "passed", by: "", ms: 2000, ...answer(tests, text, runs.length) });
    },
  };
  return { place, runs, text: () => text };
}

async function resultOf(place: Workplace): Promise<Result | undefined> {
  const session = new Session([place], new Reach(IMPORTS, TESTS), () => Promise.resolve(SOURCE));
  assertEquals(await session.tryUnchanged([MUTANT.path]), []);
  const results: Result[] = [];
  await session.tryAll([MUTANT], (result) => Promise.resolve(void results.push(result)));
  return results[0];
}

Deno.test("Session.tryUnchanged() runs each test that reaches the files once, and names those that fail", async () => {
  const { place, runs } = workplace(([test]) =>
    test?.includes("d_test") ? { outcome: "failed", by: "D does" } : {}
  );
  const session = new Session([place], new Reach(IMPORTS, TESTS), () => Promise.resolve(SOURCE));
  assertEquals(await session.tryUnchanged([MUTANT.path, MUTANT.path]), [
    "tests/unit/c/d_test.ts failed: D does",
  ]);
  assertEquals(runs.length, 3);
});

Deno.test("Session.tryAll() tries a mutant on its nearest tests first, and stops when one fails", async () => {
  const { place, runs, text } = workplace((_tests, text, run) =>
    text !== SOURCE && run === 4 ? { outcome: "failed", by: "B does" } : {}
  );
  const result = await resultOf(place);
  assertEquals([result?.outcome, result?.by, result?.ms, result?.tests], [
    "killed",
    "B does",
    2000,
    TESTS.slice(0, 1),
  ]);
  assertEquals([runs.slice(3), text()], [["return 2; 1 20000"], SOURCE]);
});

Deno.test("Session.tryAll() lets a mutant survive that passes every test", async () => {
  const { place, runs } = workplace(() => ({}));
  const result = await resultOf(place);
  assertEquals([result?.outcome, result?.tests, result?.ms], ["survived", TESTS, 4000]);
  assertEquals(runs.slice(3), ["return 2; 1 20000", "return 2; 2 30000"]);
});

Deno.test("Session.tryAll() takes what does not end for killed, when the unchanged code still does in time", async () => {
  const { place, runs } = workplace((_tests, text) => text === SOURCE ? {} : { outcome: "timeout" });
  assertEquals((await resultOf(place))?.outcome, "timeout");
  assertEquals(runs.slice(3), ["return 2; 1 20000", "return 1; 1 1200000"]);
});

Deno.test("Session.tryAll() gives more time when the machine has become slow", async () => {
  const { place, runs } = workplace((_tests, _text, run) =>
    run === 4 ? { outcome: "timeout" } : run === 5 ? { ms: 9000 } : {}
  );
  assertEquals((await resultOf(place))?.outcome, "survived");
  assertEquals(runs.slice(3, 6), ["return 2; 1 20000", "return 1; 1 1200000", "return 2; 1 55000"]);
});
