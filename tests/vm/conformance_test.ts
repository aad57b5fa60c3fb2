import { boot, BRIDGED_PAIR, requirePassed } from "./harness/mod.ts";

/** The machine that tests/conformance has parts for; see fixtures/linux/plugs.ts there. */
const MACHINE = {
  devices: ["edu", "edu", "nvme", "e1000e", "ivshmem-plain", ...BRIDGED_PAIR, "edu,bus=br0,addr=3"],
  // QEMU's own default was 39 before 9.2.
  iommuProperties: "aw-bits=48",
  // The drivers that cases give devices to.
  load: ["uio_pci_generic", "pci_stub"],
  timeoutMs: 900_000,
};

const SCRIPT = "deno test --no-check --allow-all --reporter=tap tests/vm/guest/conformance.ts";

Deno.test("the conformance suite passes on a real kernel, as root", async () => {
  requirePassed("conformance, as root", await boot(MACHINE, SCRIPT));
});

Deno.test("the conformance suite passes on a real kernel, as a user who owns the groups' nodes", async () => {
  requirePassed("conformance, as a user", await boot({ ...MACHINE, user: true }, SCRIPT));
});
