import { boot, BRIDGED_PAIR, requirePassed } from "./harness/mod.ts";

Deno.test("On a real kernel nothing stays held, whatever fails and however it ends", async () => {
  const result = await boot({
    devices: ["edu", "nvme", ...BRIDGED_PAIR],
    load: ["uio_pci_generic", "pci_stub", "nvme"],
    timeoutMs: 420_000,
  }, "deno test -A --no-check --reporter=tap tests/vm/guest/safety.ts");
  requirePassed("safety", result);
});
