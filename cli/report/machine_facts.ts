/** What a report says of the machine: enough to see what is wrong, and nothing that is nobody's business. */
import metadata from "../../deno.json" with { type: "json" };
import type { SystemDetails } from "../../mod.ts";
import { formatSize } from "../../views/mod.ts";
import type { ReportFact } from "../../views/mod.ts";
import type { Context } from "../context.ts";
import type { Patient } from "../doctor/patient.ts";
import { counted } from "../quantities.ts";

/** Of the kernel's command line: what is about IOMMUs, PCI and VFIO. Disks, networks and keys stand there, too. */
const CONCERNS = new RegExp(
  `^(?:${
    [
      "(?:intel_|amd_)?iommu",
      "arm-smmu[\\w-]*",
      "vfio[\\w-]*",
      "pcie?(?:_\\w+)?",
      "intremap",
      "no(?:x2)?apic",
      "(?:modprobe\\.|module_|initcall_)blacklist",
      "(?:default_)?hugepages(?:z)?",
      "lockdown",
      "efi",
      "video",
    ].join("|")
  })(?:[._=]|$)`,
);

/** Tells about the machine. @param hasLog Whether the kernel's log could be read. */
export function machineFacts(
  { scenario }: Context,
  { system, devices }: Patient,
  hasLog: boolean,
): ReportFact[] {
  const { kernel, modules, isRoot, memlock } = system;
  return [
    ...(scenario === undefined ? [] : [{ name: "Emulated", value: scenario }]),
    { name: "Kernel", value: `Linux ${kernel}` },
    { name: "Command line", value: concerning(system) },
    { name: "IOMMU", value: iommuText(system) },
    { name: "Modules", value: modules.length === 0 ? "none of VFIO's" : modules.join(", ") },
    { name: "Memory lock", value: memlock === undefined ? "no limit" : formatSize(memlock) },
    {
      name: "Devices",
      value: `${counted(devices.length, "function")} in ${counted(system.groups, "IOMMU group")}`,
    },
    { name: "Seen by", value: isRoot ? "root" : "a user who is not root" },
    {
      name: "Kernel log",
      value: hasLog ? "read" : "not for this user to read: no blocked DMA is in this report",
    },
    { name: "vfio", value: metadata.version },
  ];
}

function concerning({ commandLine }: SystemDetails): string {
  const words = commandLine.split(/\s+/).filter((word) => CONCERNS.test(word));
  return words.length === 0 ? "nothing about IOMMUs" : words.join(" ");
}

function iommuText({ iommus, groups, interruptRemapping, unsafeInterrupts }: SystemDetails): string {
  if (groups === 0) return "none in use";
  const kinds = Map.groupBy(
    iommus,
    ({ kind, addressWidth }) => addressWidth === undefined ? kind : `${kind} (${addressWidth} bits)`,
  );
  const units = [...kinds].map(([kind, all]) => all.length === 1 ? kind : `${all.length} × ${kind}`);
  const remapping = interruptRemapping === undefined
    ? []
    : [`interrupt remapping ${interruptRemapping ? "on" : "off"}`];
  return [
    ...(units.length === 0 ? ["of a kind unknown here"] : units),
    ...remapping,
    ...(unsafeInterrupts ? ["unsafe interrupts allowed"] : []),
  ].join(", ");
}
