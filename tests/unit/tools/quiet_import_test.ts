import { assertEquals } from "@std/assert";
import { findings } from "./lint.ts";

Deno.test("quiet-import refuses to print, to wait and to load more in the library", () => {
  const source = 'console.log(1); await f(); const a = import("./b.ts"); for await (const c of d) c();';
  for (const path of ["mod.ts", "core/a.ts", "os/libc.ts", "backends/linux/a.ts"]) {
    assertEquals(findings("quiet-import", path, source), [
      "console.log",
      "await f()",
      'import("./b.ts")',
      "for await (const c of d) c();",
    ]);
  }
  for (const path of ["cli/vfio.ts", "examples/a.ts", "tools/ok.ts", "tests/vm/a_test.ts"]) {
    assertEquals(findings("quiet-import", path, source), []);
  }
});

Deno.test("quiet-import lets functions wait", () => {
  const source =
    "async function f() { await 1; } const g = async () => await 1; class A { async h() { await 1; } }";
  assertEquals(findings("quiet-import", "core/a.ts", source), []);
});
