import { assertEquals } from "@std/assert";
import { findings } from "./lint.ts";

Deno.test("unfinished refuses marks of later work", () => {
  assertEquals(findings("unfinished", "core/a.ts", "// TODO: more\nf();"), ["// TODO: more"]);
  assertEquals(findings("unfinished", "core/a.ts", "/* FIXME */ f();"), ["/* FIXME */"]);
  assertEquals(findings("unfinished", "core/a.ts", 'throw new Error("not implemented");'), [
    '"not implemented"',
  ]);
  assertEquals(findings("unfinished", "core/a.ts", 'const TODO = "TODO"; // mastodon'), []);
});

Deno.test("unfinished refuses tests and examples that do not run", () => {
  const off = [
    'Deno.test.ignore("a", f);',
    'Deno.test.only("a", f);',
    'Deno.test({ name: "a", ignore: true, fn: f });',
    'await t.step({ name: "a", ignore: true, fn: f });',
    "/**\n * ```ts ignore\n * f();\n * ```\n */\nf();",
  ];
  for (const source of off) {
    assertEquals(findings("unfinished", "tests/unit/a_test.ts", source).length, 1, source);
  }
});

Deno.test("unfinished lets a test depend on the machine", () => {
  const source = 'Deno.test({ name: "a", ignore: fixture.slot("edu") === undefined, fn: f });';
  assertEquals(findings("unfinished", "tests/unit/a_test.ts", source), []);
});
