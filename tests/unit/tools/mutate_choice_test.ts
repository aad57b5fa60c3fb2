import { assertEquals, assertNotEquals } from "@std/assert";
import { choose } from "../../../tools/mutate/choice.ts";
import type { Kind, Mutant } from "../../../tools/mutate/mutants.ts";

/** Mutants of some kinds, so many of each. */
function mutants(count: number, ...kinds: Kind[]): Mutant[] {
  return kinds.flatMap((kind) =>
    Array.from({ length: count }, (_, i) => {
      return { kind, line: i + 1, at: i, end: i + 1, text: "", before: `${i}`, after: kind };
    })
  );
}

function lines(files: ReadonlyMap<string, readonly Mutant[]>, count: number, seed: number): string[] {
  return choose(files, count, seed).map(({ path, kind, line }) => `${path}:${line} ${kind}`);
}

const FILES = new Map([["a.ts", mutants(60, "number")], ["b.ts", mutants(30, "number")], [
  "c.ts",
  mutants(1, "errno"),
]]);

Deno.test("choose() gives each file its share, and one at least", () => {
  const chosen = choose(FILES, 10, 1);
  assertEquals(chosen.length, 10);
  assertEquals(chosen.filter(({ path }) => path === "b.ts").length, 3);
  assertEquals(chosen.filter(({ path }) => path === "c.ts").length, 1);
});

Deno.test("choose() gives no more than there are, and nothing of a file without any", () => {
  assertEquals(choose(FILES, 1000, 1).length, 91);
  assertEquals(choose(new Map([["d.ts", []]]), 10, 1), []);
});

Deno.test("choose() chooses the same for the same seed, and others for another", () => {
  assertEquals(lines(FILES, 10, 1), lines(FILES, 10, 1));
  assertNotEquals(lines(FILES, 10, 1), lines(FILES, 10, 2));
});

Deno.test("choose() keeps the choice when more are wanted, or another file changes", () => {
  const more = new Set(lines(FILES, 40, 1));
  assertEquals(lines(FILES, 10, 1).filter((line) => !more.has(line)), []);
  const changed = new Map([...FILES, ["b.ts", mutants(30, "logic")] as const]);
  const ofA = (all: readonly string[]) => all.filter((line) => line.startsWith("a.ts"));
  assertEquals(ofA(lines(changed, 10, 1)), ofA(lines(FILES, 10, 1)));
});

Deno.test("choose() takes the kinds of a file by turns", () => {
  const chosen = choose(
    new Map([["a.ts", [...mutants(50, "number"), ...mutants(2, "logic", "errno")]]]),
    6,
    1,
  );
  assertEquals(chosen.map(({ kind }) => kind).toSorted(), [
    "errno",
    "errno",
    "logic",
    "logic",
    "number",
    "number",
  ]);
});

Deno.test("choose() does not take neighbours", () => {
  const first = choose(new Map([["a.ts", mutants(1000, "number")]]), 10, 1).map(({ line }) => line);
  assertEquals(Math.max(...first) - Math.min(...first) > 300, true);
});
