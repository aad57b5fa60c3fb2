import { assertEquals } from "@std/assert";
import { importsOf, reachable } from "../../../tools/house/graph.ts";

const ROOT = "file:///project/";

function dependency(
  specifier: string,
  target: string,
  line: number,
  kind: "code" | "type" = "code",
): unknown {
  return { specifier, [kind]: { specifier: target, span: { start: { line, character: 0 } } } };
}

const GRAPH = {
  modules: [
    {
      specifier: "file:///project/core/a.ts",
      dependencies: [
        dependency("./b.ts", "file:///project/core/b.ts", 0),
        dependency("./c.ts", "file:///project/core/c.ts", 2, "type"),
        { ...dependency("./d.ts", "file:///project/core/d.ts", 4) as object, isDynamic: true },
        dependency("node:fs", "node:fs", 5),
        {
          specifier: "nowhere",
          code: { error: "Relative import path is missing", span: { start: { line: 6 } } },
        },
        dependency("./gone.ts", "file:///project/core/gone.ts", 7),
      ],
    },
    { specifier: "file:///project/core/gone.ts", error: "Module not found" },
    {
      specifier: "file:///elsewhere/x.ts",
      dependencies: [dependency("./y.ts", "file:///elsewhere/y.ts", 0)],
    },
  ],
} as Parameters<typeof importsOf>[0];

Deno.test("importsOf() lists code, types, import() and what is not there, each with its line", () => {
  assertEquals(importsOf(GRAPH, ROOT), [
    { from: "core/a.ts", line: 1, to: "core/b.ts" },
    { from: "core/a.ts", line: 3, to: "core/c.ts" },
    { from: "core/a.ts", line: 5, to: "core/d.ts" },
    { from: "core/a.ts", line: 6, to: "node:fs" },
    { from: "core/a.ts", line: 7, to: "nowhere", error: "Relative import path is missing" },
    { from: "core/a.ts", line: 8, to: "core/gone.ts", error: "Module not found" },
  ]);
});

Deno.test("importsOf() sees a comment that sends the types elsewhere", () => {
  const both = {
    specifier: "./b.js",
    code: { specifier: "file:///project/b.js", span: { start: { line: 0 } } },
    type: { specifier: "file:///project/b.d.ts", span: { start: { line: 0 } } },
  };
  const graph = { modules: [{ specifier: "file:///project/a.ts", dependencies: [both] }] };
  assertEquals(importsOf(graph, ROOT).map(({ to }) => to), ["b.js", "b.d.ts"]);
});

Deno.test("reachable() follows imports, and ends in a cycle", () => {
  const imports = [["a", "b"], ["b", "c"], ["c", "a"], ["d", "a"]]
    .map(([from = "", to = ""]) => ({ from, to, line: 1 }));
  assertEquals([...reachable(["a"], imports)].toSorted(), ["a", "b", "c"]);
});
