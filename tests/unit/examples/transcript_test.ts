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

Deno.test(
  "examples/nvme_copy.ts prints the same at each run, without any permission, and what comes back is what was sent",
  {
    permissions: "none",
  },
  async () => {
    const first = await transcript(() => import("../../../examples/nvme_copy.ts?first"));
    assertEquals(await transcript(() => import("../../../examples/nvme_copy.ts?second")), first);
    const text = first.join("\n");
    assertMatch(text, /^write +16777216 bytes in [0-9.]+ ms, [0-9]+ MB\/s$/m);
    assertMatch(text, /^sent +([0-9a-f]{64})\nback +\1$/m);
  },
);

Deno.test("examples/nvme_bench.ts prints the same table at each run, without any permission", {
  permissions: "none",
}, async () => {
  const first = await transcript(() => import("../../../examples/nvme_bench.ts?first"));
  assertEquals(await transcript(() => import("../../../examples/nvme_bench.ts?second")), first);
  for (const depth of [1, 8, 32, 128]) {
    assertMatch(first.join("\n"), new RegExp(`^random read 4 KiB +${depth} +2000( +[0-9.]+){4}$`, "m"));
  }
  assertMatch(first.join("\n"), /^sequential read 128 KiB +8 +250( +[0-9.]+){4}$/m);
});
