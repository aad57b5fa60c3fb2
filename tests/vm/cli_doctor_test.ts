import { assertEquals, assertStringIncludes } from "@std/assert";
import { boot, requirePassed } from "./harness/mod.ts";
import type { BootOptions } from "./harness/mod.ts";

/** The machine of guest/breakages.ts. */
const DEVICES = [
  "edu,addr=4",
  "nvme,addr=5,multifunction=on",
  "edu,addr=5.1",
  "pcie-root-port,id=port0,addr=6,chassis=1,x-speed=5",
  "igb,bus=port0",
];

Deno.test("vfio doctor finds what is broken on a real machine, and what it says next mends it", async () => {
  const result = await boot({
    devices: DEVICES,
    bind: ["EDU", "EDU_2", "NVME"],
    load: ["uio_pci_generic", "pci_stub", "nvme", "igb", "igbvf", "ext4", "crc32c_generic"],
    qemuVersion: "10.0",
    // QEMU now and then ends when a processor makes an access while another one moves what is there.
    smp: 1,
    timeoutMs: 600_000,
  }, "deno test -A --no-check --reporter=tap tests/vm/guest/cli_doctor.ts");
  requirePassed("vfio doctor", result);
});

/** Boots a machine and gives what the script prints. */
async function print(options: BootOptions, script: string): Promise<string> {
  const result = await boot({ devices: ["edu,addr=4"], ...options }, script);
  assertEquals(result.reason, undefined, result.console.slice(-2000));
  return result.stdout + result.stderr;
}

Deno.test("vfio doctor names a kernel that was told to leave the IOMMU off", async () => {
  const out = await print({ commandLine: "intel_iommu=off" }, "vfio doctor 00:04.0; echo status $?");
  assertStringIncludes(out, "✗ IOMMU        no IOMMU groups: the kernel was told intel_iommu=off");
  assertStringIncludes(
    out,
    "1. sudo sed -i 's/ *\\bintel_iommu=off\\b//' /etc/default/grub && sudo update-grub\n",
  );
  assertStringIncludes(out, "status 3\n");
});

Deno.test("vfio doctor names a firmware that describes no IOMMU", async () => {
  const out = await print({ iommu: "none" }, "vfio doctor 00:04.0; echo status $?");
  assertStringIncludes(out, "no IOMMU groups: the firmware describes no IOMMU");
  assertStringIncludes(
    out,
    "1. Switch the IOMMU on in the firmware's settings (VT-d, AMD-Vi) (then restart)",
  );
  assertStringIncludes(out, "status 3\n");
});

Deno.test("vfio doctor names interrupts that are not remapped, and what a lab does about it", async () => {
  const file = "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts";
  const script =
    `echo 0 >${file}; vfio doctor 00:04.0; echo status $?; echo 1 >${file}; vfio doctor 00:04.0; echo now $?`;
  const out = await print({ iommuProperties: "intremap=off" }, script);
  assertStringIncludes(out, "✗ Interrupts      not remapped: VFIO hands no device out");
  assertStringIncludes(out, `  1. Switch interrupt remapping on in the firmware's settings`);
  assertStringIncludes(out, `  2. echo 1 | sudo tee ${file}\n`);
  assertStringIncludes(out, "status 3\n");
  assertStringIncludes(out, "! Interrupts      not remapped, and allowed all the same");
  assertStringIncludes(out, "now 0\n");
});
