import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../backends/emulated/mod.ts";
import type { EmulatedHostOptions } from "../../backends/emulated/mod.ts";
import type { IommuFault } from "../../core/mod.ts";
import { EmulatedEdu } from "../../devices/mod.ts";
import { parseFault } from "../../iommu/mod.ts";
import { makeFaults } from "./guest/faults.ts";
import { boot } from "./harness/mod.ts";
import type { BootOptions, BootResult } from "./harness/mod.ts";

/** The device's address in the first line, then what the kernel logged meanwhile. */
const SCRIPT = "dmesg -c > /dev/null; echo $VFIO_EDU; " +
  "deno run --no-check --allow-ffi tests/vm/guest/faults.ts $VFIO_EDU && dmesg";

/** What is the same on both. */
type Machine = Required<Pick<EmulatedHostOptions, "kernel" | "iommu">> & {
  readonly iommu: "vt-d" | "amd-vi";
};

/** Lets the device of a guest make the accesses. */
async function run(
  machine: Machine,
  options: BootOptions,
): Promise<BootResult & { readonly address: string }> {
  const result = await boot({ devices: ["edu"], ...machine, ...options }, SCRIPT);
  assertEquals(result.status, 0, `${result.reason ?? ""}\n${result.stdout}\n${result.stderr}`);
  const [address = ""] = result.stdout.split("\n", 1);
  console.log(result.stdout, result.trace.join("\n"));
  return { ...result, address };
}

/** What the emulated host records of the same accesses. */
async function emulated(machine: Machine, address: string): Promise<readonly IommuFault[]> {
  const host = new EmulatedHost(machine).plug(address, new EmulatedEdu());
  await makeFaults(host, address);
  return host.faults() ?? [];
}

function logged({ stdout }: BootResult): IommuFault[] {
  return stdout.split("\n").map(parseFault).filter((fault) => fault !== undefined);
}

for (const kernel of ["6.1", "7.2"] as const) {
  Deno.test(`The emulated host records the faults of VT-d that Linux ${kernel} logs`, async () => {
    const machine = { kernel, iommu: "vt-d" } as const;
    const result = await run(machine, {});
    assertEquals(logged(result), [...await emulated(machine, result.address)]);
  });
}

// QEMU before 11 tells the kernel nothing of a page that is not there. That of 11.1 leaves the address out of the event
// (the mask of its 64 bits comes out empty) and has flags of its own; so where it was is read in QEMU's trace.
Deno.test("The emulated host records the faults of AMD-Vi that Linux 7.2 logs", async () => {
  const machine = { kernel: "7.2", iommu: "amd-vi" } as const;
  const result = await run(machine, {
    qemuVersion: "11.1",
    // Without it the DMA of emulated devices is not translated.
    iommuProperties: "dma-remap=on",
    trace: { events: ["amdvi_page_fault"], containing: ["amdvi_page_fault"] },
  });
  const blocked = result.trace.map((line) => BigInt(/0x[\da-f]+$/.exec(line)?.[0] ?? -1));
  const records = await emulated(machine, result.address);
  assertEquals(blocked, records.map(({ iova }) => iova));
  assertEquals(
    logged(result).map(({ address, reason }) => ({ address, reason })),
    records.map(({ address, write }) => ({
      address,
      reason: `IO_PAGE_FAULT flags=0x${write ? "000a" : "0009"}`,
    })),
  );
});
