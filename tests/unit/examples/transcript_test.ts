import { assertEquals, assertMatch } from "@std/assert";
import { stub } from "@std/testing/mock";

/** What a program prints while `run` imports it. */
async function transcript(run: () => Promise<unknown>): Promise<string[]> {
  using log = stub(console, "log");
  await run();
  return log.calls.map(({ args }) => args.join(" "));
}

Deno.test(
  "examples/edu.ts prints the same at each run, without any permission",
  { permissions: "none" },
  async () => {
    const first = await transcript(() => import("../../../examples/edu.ts?first"));
    assertEquals(await transcript(() => import("../../../examples/edu.ts?second")), first);
    assertMatch(first.join("\n"), /^10! +3628800, told by MSI$/m);
    assertMatch(first.join("\n"), /^unmapped +.* is blocked$/m);
  },
);

Deno.test("examples/vfio_rst.ts prints the same at each run, without any permission", {
  permissions: "none",
}, async () => {
  const first = await transcript(() => import("../../../examples/vfio_rst.ts?first"));
  assertEquals(await transcript(() => import("../../../examples/vfio_rst.ts?second")), first);
  assertMatch(first.join("\n"), /^region 0 +1048576 bytes, read write mmap$/m);
});
