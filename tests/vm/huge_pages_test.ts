import { boot, requirePassed } from "./harness/mod.ts";

Deno.test("Memory is made of huge pages while there are some, and says why not when there are none", async () => {
  const script = "deno test -A --no-check --reporter=tap tests/vm/guest/huge_pages.ts";
  requirePassed("huge pages", await boot({ devices: ["edu"] }, script));
});
