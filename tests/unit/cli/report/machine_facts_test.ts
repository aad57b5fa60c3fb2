import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import type { EmulatedHostOptions } from "../../../../backends/emulated/mod.ts";
import type { Context } from "../../../../cli/context.ts";
import { patientOf } from "../../../../cli/doctor/patient.ts";
import { machineFacts } from "../../../../cli/report/machine_facts.ts";
import { EmulatedEdu } from "../../../../devices/mod.ts";

function fact(name: string, options: EmulatedHostOptions = {}, commandLine = ""): unknown {
  const host = new EmulatedHost(options).plug("0000:00:04.0", new EmulatedEdu(), { driver: null });
  host.surroundings.commandLine = commandLine;
  const context = { scenario: undefined } as Context;
  return machineFacts(context, patientOf(host.host), true).find((each) => each.name === name)?.value;
}

Deno.test("machineFacts() shows of the command line what is about IOMMUs, and no disk, network or key", () => {
  const line = "BOOT_IMAGE=/vmlinuz root=UUID=7f3c ip=10.0.0.7 intel_iommu=on iommu=pt quiet token=secret " +
    "vfio-pci.ids=1234:11e8 pcie_acs_override=downstream efi=nochainload cryptdevice=x";
  assertEquals(
    fact("Command line", {}, line),
    "intel_iommu=on iommu=pt vfio-pci.ids=1234:11e8 pcie_acs_override=downstream efi=nochainload",
  );
  assertEquals(fact("Command line", {}, "root=UUID=7f3c"), "nothing about IOMMUs");
});

Deno.test("machineFacts() tells the IOMMU, and what of it is missing", () => {
  assertEquals(fact("IOMMU"), "Intel VT-d (48 bits), interrupt remapping on");
  assertEquals(fact("IOMMU", { interruptRemapping: false }), "Intel VT-d (48 bits), interrupt remapping off");
  assertEquals(fact("IOMMU", { iommu: "none" }), "none in use");
  assertEquals(fact("Modules", { modules: [] }), "none of VFIO's");
  assertEquals(fact("Devices"), "1 function in 1 IOMMU group");
});
