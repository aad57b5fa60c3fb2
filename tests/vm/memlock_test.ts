import { boot, requirePassed } from "./harness/mod.ts";

Deno.test("A user whose limit of locked memory is small is told so, with what helps", async () => {
  const options = { devices: ["edu", "edu"], load: ["pci_stub"], user: true, memlockKib: 64 };
  const script = "deno test -A --no-check --reporter=tap tests/vm/guest/small_memlock.ts";
  requirePassed("64 KiB of memlock", await boot(options, script));
});
