/**
 * A minute of random sequences on the emulated host and on a real kernel. As long as one likes:
 *
 *     VFIO_FUZZ_SECONDS=600 VFIO_FUZZ_SEED=7 VFIO_VM_KERNEL=7.2 deno test -A tests/vm/fuzz_test.ts
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { boot, BRIDGED_PAIR } from "./harness/mod.ts";

const FAMILIES = ["dma", "groups", "irqs", "config"];
const SECONDS = Number(Deno.env.get("VFIO_FUZZ_SECONDS") ?? 12);
const SEED = Deno.env.get("VFIO_FUZZ_SEED") ?? "1";

/** What the fixtures of tests/conformance have in common with the emulated one. */
const MACHINE = {
  devices: ["edu", "edu", "nvme", "e1000e", "ivshmem-plain", ...BRIDGED_PAIR, "edu,bus=br0,addr=3"],
  // QEMU's own default was 39 before 9.2.
  iommuProperties: "aw-bits=48",
  load: ["uio_pci_generic", "pci_stub"],
};

Deno.test("Random sequences are answered alike by the emulated host and a real kernel", async () => {
  const runs = FAMILIES.map((family) =>
    `deno run -A --no-check tests/fuzz/run.ts ${family} ${SEED} 1000000 ${SECONDS} || status=1`
  );
  const script = ["status=0", ...runs, "exit $status"].join("\n");
  // Making a difference short takes its time too.
  const result = await boot({ ...MACHINE, timeoutMs: 180_000 + FAMILIES.length * SECONDS * 4000 }, script);
  console.log(result.stdout);
  assertEquals(result.status, 0, `${result.reason ?? ""}\n${result.stdout}\n${result.stderr}`);
});
