/** What to do next, in the order in which it helps. */
import { REMEDIES, remediesOf } from "../../mod.ts";
import type { Facts, Remedy } from "../../mod.ts";
import { describeUse, holderText } from "../state.ts";
import { bindStep } from "./bind_step.ts";
import type { Finding } from "./finding.ts";
import {
  accessSteps,
  commandLineSteps,
  groupSteps,
  interruptSteps,
  memlockStep,
  moduleStep,
  overrideStep,
  useSteps,
} from "./own_steps.ts";
import { stuckDevices } from "./patient.ts";
import type { Patient, PatientDevice } from "./patient.ts";

/** Findings that `vfio bind` does away with. */
const BOUND: ReadonlySet<string> = new Set(["GROUP-NOENT", "NOT-VIABLE", "GROUP-ACCES", "REBIND-LOST"]);
/** Findings that keep binding from helping. */
const BEFORE: ReadonlySet<string> = new Set([
  "NO-MODULE",
  "IOMMU-TYPE",
  "INTREMAP",
  "BIND-INUSE",
  "BIND-PF-SRIOV",
]);
/** Without these nothing else helps. */
const FIRST = ["IOMMU-NO-DMAR", "NO-GROUPS", "BIND-BRIDGE"];

/** Tells what to do about what was found. @param device undefined: no single device is asked about. */
export function nextSteps(
  findings: readonly Finding[],
  patient: Patient,
  device: PatientDevice | undefined,
): readonly Remedy[] {
  const wrong = findings.filter(({ status }) => status !== "ok").flatMap(({ id }) => id ?? []);
  const only = FIRST.find((id) => wrong.includes(id));
  const ids = [...new Set(only === undefined ? wrong : [only])];
  const isBinding = device !== undefined && ids.some((id) => BOUND.has(id) && id !== "REBIND-LOST");
  const before = ids.filter((id) => BEFORE.has(id));
  // vfio bind sets driver_override anew.
  const after = ids.filter((id) => !(isBinding && BOUND.has(id)) && !before.includes(id));
  const steps = [
    ...before.flatMap((id) => stepsOf(id, patient, device)),
    ...(isBinding ? [bindStep(device, patient.system, ids)] : []),
    ...after.flatMap((id) => stepsOf(id, patient, device)),
  ];
  const isShared = ids.includes("NOT-VIABLE") && device !== undefined && spansSlots(device);
  return isShared ? [...steps, ...rowSteps("ACS-GROUP", {}).slice(0, 1)] : steps;
}

/** Doctor's own words where it knows more than the catalogue. */
function stepsOf(id: string, patient: Patient, device: PatientDevice | undefined): readonly Remedy[] {
  const { system } = patient;
  const row = rowSteps(id, factsOf(device));
  switch (id) {
    case "NO-MODULE":
    case "IOMMU-TYPE":
      return [moduleStep(id, system), ...row.slice(1)];
    case "NO-CONTAINER-PERM":
      return accessSteps(id, system);
    case "NO-GROUPS":
      return commandLineSteps(id, system) ?? row;
    case "INTREMAP":
      return interruptSteps(id, system, row);
    case "MEMLOCK":
      return [memlockStep(id), ...row];
    case "BIND-INUSE":
      return device === undefined ? row : useSteps(id, device);
    case "REBIND-LOST":
      return (device === undefined ? stuckDevices(patient) : [device.entry]).map((entry) =>
        overrideStep(id, entry)
      );
    case "NOT-VIABLE":
      return groupSteps(id, patient);
    case "GROUP-BUSY":
      // Who has it open is said already where it is known.
      return row.slice(0, 1);
    default:
      return row;
  }
}

function rowSteps(id: string, facts: Facts): readonly Remedy[] {
  const row = REMEDIES.find((each) => each.id === id);
  return row === undefined ? [] : remediesOf(row, facts);
}

/** What the catalogue's texts may name. */
function factsOf(device: PatientDevice | undefined): Facts {
  if (device === undefined) return {};
  const { entry, details, node } = device;
  return {
    address: entry.address,
    uses: details.uses.map(describeUse),
    ...(entry.group === undefined ? {} : { group: entry.group }),
    ...(node === undefined ? {} : {
      node: node.path,
      owner: node.owner,
      holders: node.holders.map(holderText),
    }),
  };
}

/** Functions of one card are together whatever the slot; other cards are together for want of ACS. */
function spansSlots({ entry, group }: PatientDevice): boolean {
  const slotOf = (address: string) => address.slice(0, address.lastIndexOf("."));
  return group?.blockers.some(({ address }) => slotOf(address) !== slotOf(entry.address)) ?? false;
}
