/** What doctor looks at of a device, in the order in which things get in the way. */
import { isVfioDriver } from "../../mod.ts";
import type { SystemDetails } from "../../mod.ts";
import { isBridge } from "../../views/mod.ts";
import { isBound } from "../open.ts";
import { describeUses, holderText, rightsText } from "../state.ts";
import { ok, problem, warning } from "./finding.ts";
import type { Finding } from "./finding.ts";
import type { PatientDevice } from "./patient.ts";

/** Programs that take their pointers for IOVAs need as many. */
const POINTER_BITS = 48;

/** Looks at a device. */
export function checkDevice(device: PatientDevice, system: SystemDetails): Finding[] {
  const { entry } = device;
  if (isBridge(entry)) {
    return [
      problem("Device", "it is a bridge: vfio-pci takes none, and none has to be given to it", "BIND-BRIDGE"),
    ];
  }
  if (entry.group === undefined) {
    return [problem("Group", "it has none: no IOMMU is in front of it", "NO-GROUPS")];
  }
  return [
    ...checkIsolation(device),
    ...checkBinding(device),
    ...checkViable(device),
    ...checkNode(device, system),
    ...checkReset(device),
    ...checkWidth(device, system),
    ...checkRest(device),
  ];
}

function checkIsolation({ entry, reserved }: PatientDevice): Finding[] {
  if (entry.noIommu) {
    return [warning("Group", `${entry.group} has no IOMMU: the device reaches all memory`, "NOIOMMU-TAINT")];
  }
  const direct = reserved.filter(({ type }) => type === "direct");
  if (direct.length === 0) return [];
  const ranges = direct.map(({ start, last }) => `0x${start.toString(16)}-0x${last.toString(16)}`).join(", ");
  return [problem("Firmware", `keeps memory for the group: ${ranges}`, "RMRR-NEW")];
}

function checkBinding({ entry, details }: PatientDevice): Finding[] {
  const { driver } = entry;
  if (isBound(entry)) return [ok("Binding", `${driver} has it`)];
  return [
    problem("Binding", driver === undefined ? "no driver has it" : `${driver} has it`, "GROUP-NOENT"),
    ...(details.uses.length > 0 ? [warning("In use", describeUses(details.uses), "BIND-INUSE")] : []),
    ...(details.virtualFunctions > 0
      ? [problem("SR-IOV", `${details.virtualFunctions} virtual functions are switched on`, "BIND-PF-SRIOV")]
      : []),
  ];
}

/** Of the others: the device itself is looked at by its binding. */
function checkViable({ entry, group, blockerDetails }: PatientDevice): Finding[] {
  const subject = `Group ${entry.group} viable`;
  const blockers = group?.blockers.filter(({ address }) => address !== entry.address) ?? [];
  if (blockers.length > 0) {
    const text = blockers.map(({ address, driver }) => `${address} is driven by ${driver}`).join(", ");
    return [
      problem(subject, text, "NOT-VIABLE"),
      ...blockers.flatMap(({ address }) => {
        const uses = blockerDetails.get(address)?.uses ?? [];
        return uses.length === 0
          ? []
          : [warning("In use", `${address}: ${describeUses(uses)}`, "BIND-INUSE")];
      }),
    ];
  }
  const isAlone = entry.siblings.length === 0;
  return [ok(subject, isAlone ? "the device is alone in it" : "its other devices leave DMA alone")];
}

function checkNode({ entry, node }: PatientDevice, { user }: SystemDetails): Finding[] {
  if (!isBound(entry)) return [];
  if (node === undefined) return [problem("Access", `/dev/vfio/${entry.group} is not there`, "GROUP-NOENT")];
  const { path, accessible, holders } = node;
  return [
    accessible
      ? ok("Access", `${path} opens for ${user}`)
      : problem("Access", `${path} is ${rightsText(node)}; you are ${user}`, "GROUP-ACCES"),
    ...(holders.length > 0
      ? [
        problem(
          "In use",
          `open in ${holders.map(holderText).join(", ")}`,
          "GROUP-BUSY",
        ),
      ]
      : []),
  ];
}

function checkReset({ details }: PatientDevice): Finding[] {
  const { resetMethods } = details;
  if (resetMethods.length > 0) return [ok("Reset", resetMethods.join(", "))];
  return [ok("Reset", "none on this function: close and open do not clear it")];
}

function checkWidth({ details }: PatientDevice, { iommus }: SystemDetails): Finding[] {
  const width = iommus.find(({ name }) => name === details.iommu)?.addressWidth;
  if (width === undefined) return [];
  const text = `IOVAs of ${width} bits`;
  return [
    width < POINTER_BITS
      ? ok("DMA width", `${text}: a pointer does not fit, allocate() gives what does`)
      : ok("DMA width", text),
  ];
}

function checkRest({ entry, details }: PatientDevice): Finding[] {
  const { driverOverride, powerState } = details;
  // What waits for vfio-pci is on its way to where it is wanted.
  const isWaiting = entry.driver === undefined && isVfioDriver(driverOverride);
  const isStuck = driverOverride !== undefined && driverOverride !== entry.driver && !isWaiting;
  return [
    ...(isStuck
      ? [
        warning(
          "Override",
          `driver_override names ${driverOverride}, ${entry.driver ?? "no driver"} has it`,
          "REBIND-LOST",
        ),
      ]
      : []),
    ...(powerState === "D3cold" ? [problem("Power", "it is off (D3cold)", "D3COLD")] : []),
  ];
}
