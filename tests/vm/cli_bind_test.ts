import { boot, BRIDGED_PAIR, requirePassed } from "./harness/mod.ts";

Deno.test("vfio bind and unbind do on a real kernel what they say, or leave everything as it was", async () => {
  const result = await boot({
    devices: ["edu", "nvme", ...BRIDGED_PAIR],
    load: ["uio_pci_generic", "nvme", "ext4", "crc32c_generic"],
    timeoutMs: 420_000,
  }, "deno test -A --no-check --reporter=tap tests/vm/guest/cli_bind.ts");
  requirePassed("vfio bind", result);
});
