/** The NVMe driver for long on a real kernel: nothing is lost, nothing read wrong, and the heap does not grow. */
import { assertEquals, assertMatch } from "@std/assert";
import { boot } from "./harness/mod.ts";

Deno.test("The NVMe driver loses nothing in 100000 commands on a real kernel, as an unprivileged user", async () => {
  const script =
    "deno run --no-check --allow-ffi --v8-flags=--expose-gc bench/host/nvme_soak.ts 100000 $VFIO_NVME";
  const { status, stdout, stderr, reason } = await boot({ devices: ["nvme"], user: true }, script);
  assertEquals([status, stderr, reason], [0, "", undefined]);
  assertMatch(stdout, /^100000 commands, /);
});
