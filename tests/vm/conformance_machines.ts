/** The machines that the conformance suite is run on: kernels, IOMMUs, users. */
import { boot, BRIDGED_PAIR } from "./harness/mod.ts";
import type { BootResult, Iommu } from "./harness/mod.ts";

/** A kernel behind an IOMMU, and who runs the suite there. */
export interface ConformanceMachine {
  readonly kernel: "6.1" | "6.12" | "7.2";
  readonly iommu: Exclude<Iommu, "none">;
  /** By uid 1000, who owns nothing but the groups' nodes; else by root. */
  readonly user: boolean;
}

/** One boot for each; virtio's IOMMU has a driver in Debian's kernels from 6.12 on. */
export const MACHINES: readonly ConformanceMachine[] = [
  { kernel: "6.1", iommu: "vt-d", user: false },
  { kernel: "6.12", iommu: "vt-d", user: false },
  { kernel: "7.2", iommu: "vt-d", user: false },
  { kernel: "7.2", iommu: "amd-vi", user: false },
  { kernel: "6.12", iommu: "virtio", user: false },
  { kernel: "6.1", iommu: "vt-d", user: true },
];

/** What tests/conformance has parts for; see fixtures/linux/plugs.ts there. */
const SINGLE: readonly string[] = ["edu", "edu", "nvme", "e1000e", "ivshmem-plain", "VGA"];

/** Three devices of one group, behind a bridge of conventional PCI. */
const BRIDGED: readonly string[] = [...BRIDGED_PAIR, "edu,bus=br0,addr=3"];

/**
 * Three functions of one device: virtio's IOMMU gives no group to what is behind a conventional bridge. The first is
 * PCI Express, else the port has no link.
 */
const FUNCTIONS: readonly string[] = [
  port("port0", 1),
  ...["nvme,bus=port0,addr=0.0,multifunction=on", "edu,bus=port0,addr=0.1", "edu,bus=port0,addr=0.2"],
];

/** A device alone below a port, and a physical function with virtual ones. */
const BEHIND_PORT: readonly string[] = [port("port1", 2), "nvme,bus=port1"];
const SRIOV: readonly string[] = [port("port2", 3), "igb,bus=port2"];

/** A root port. QEMU's links of more than 5 GT/s do not come back from a reset (ENOTTY). */
function port(id: string, chassis: number): string {
  return `pcie-root-port,id=${id},chassis=${chassis},x-speed=5`;
}

/** What a machine is called: "6.1, vt-d, as a user". */
export function titleOf({ kernel, iommu, user }: ConformanceMachine): string {
  return `${kernel}, ${iommu}${user ? ", as a user" : ""}`;
}

/**
 * Boots a machine and runs the suite there.
 *
 * @param filter Part of the names of the cases that are run; all of them if empty.
 */
export function runSuite(machine: ConformanceMachine, filter = ""): Promise<BootResult> {
  const { kernel, iommu, user } = machine;
  return boot({
    kernel,
    iommu,
    user,
    // Root has the newer QEMU with SR-IOV, the user the one that is installed: the suite holds on both.
    qemuVersion: user ? "installed" : "10.0",
    devices: [
      ...SINGLE,
      ...iommu === "virtio" ? FUNCTIONS : BRIDGED,
      ...BEHIND_PORT,
      ...user ? [] : SRIOV,
    ],
    // QEMU's own default was 39 before 9.2.
    ...iommu === "vt-d" ? { iommuProperties: "aw-bits=48" } : {},
    // The drivers that cases give devices to.
    load: ["uio_pci_generic", "pci_stub"],
    env: { VFIO_IOMMU: iommu, FILTER: filter },
    timeoutMs: 600_000,
    // QEMU aborts now and then when one processor moves BARs while the other runs (iotlb_to_section).
    smp: 1,
  }, SCRIPT);
}

const SCRIPT =
  'deno test --no-check --allow-all --reporter=tap ${FILTER:+--filter "$FILTER"} tests/vm/guest/conformance.ts';
