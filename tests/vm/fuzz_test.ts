/**
 * A minute of random sequences on the emulated host and on a real kernel. As many operations as one likes:
 *
 *     VFIO_FUZZ_OPERATIONS=200000 VFIO_FUZZ_SEED=7 VFIO_VM_KERNEL=7.2 deno test -A tests/vm/fuzz_test.ts
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { boot, BRIDGED_PAIR } from "./harness/mod.ts";

/** How many operations of each family take a quarter of a minute: the same ones each time, on whichever machine. */
const OPERATIONS = { dma: 4000, groups: 1500, irqs: 1500, config: 1200 } as const;

const WANTED = Deno.env.get("VFIO_FUZZ_OPERATIONS");
const SEED = Deno.env.get("VFIO_FUZZ_SEED") ?? "1";
/** An operation takes 20 ms at the most, with those that make a difference short. */
const TIMEOUT_MS = 600_000 + 4 * 20 * Number(WANTED ?? 0);

/** What the fixtures of tests/conformance have in common with the emulated one. */
const MACHINE = {
  devices: ["edu", "edu", "nvme", "e1000e", "ivshmem-plain", ...BRIDGED_PAIR, "edu,bus=br0,addr=3"],
  // QEMU's own default was 39 before 9.2.
  iommuProperties: "aw-bits=48",
  load: ["uio_pci_generic", "pci_stub"],
};

Deno.test("Random sequences are answered alike by the emulated host and a real kernel", async () => {
  const runs = Object.entries(OPERATIONS).map(([family, operations]) =>
    `deno run -A --no-check tests/fuzz/run.ts ${family} ${SEED} ${WANTED ?? operations} || status=1`
  );
  const script = ["status=0", ...runs, "exit $status"].join("\n");
  const result = await boot({ ...MACHINE, timeoutMs: TIMEOUT_MS }, script);
  console.log(result.stdout);
  assertEquals(result.status, 0, `${result.reason ?? ""}\n${result.stdout}\n${result.stderr}`);
});
