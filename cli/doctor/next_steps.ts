/** What to do next, in the order in which it helps. */
import { REMEDIES, remediesOf } from "../../mod.ts";
import type { Facts, Remedy, SystemDetails } from "../../mod.ts";
import { shellCommand } from "../shell.ts";
import { describeUse, describeUses, holderText, short } from "../state.ts";
import type { Finding } from "./finding.ts";
import type { PatientDevice } from "./patient.ts";

/** Findings that `vfio bind` does away with. */
const BOUND = new Set(["GROUP-NOENT", "NOT-VIABLE", "GROUP-ACCES"]);
/** Findings that keep binding from helping. */
const BEFORE: ReadonlySet<string> = new Set(["NO-MODULE", "INTREMAP", "BIND-INUSE"]);
/** Without these nothing else helps. */
const FIRST = ["NO-GROUPS", "BIND-BRIDGE"];

/** Tells what to do about what was found. @param device undefined: no single device is asked about. */
export function nextSteps(
  findings: readonly Finding[],
  system: SystemDetails,
  device: PatientDevice | undefined,
): readonly Remedy[] {
  const wrong = findings.filter(({ status }) => status !== "ok").flatMap(({ id }) => id ?? []);
  const only = FIRST.find((id) => wrong.includes(id));
  const ids = [...new Set(only === undefined ? wrong : [only])];
  const facts = factsOf(device);
  const binding = device !== undefined && ids.some((id) => BOUND.has(id))
    ? [bindStep(device, system, ids)]
    : [];
  const isBound = (id: string) => device !== undefined && BOUND.has(id);
  const before = ids.filter((id) => BEFORE.has(id));
  const after = ids.filter((id) => !isBound(id) && !before.includes(id));
  const steps = [
    ...before.flatMap((id) => rowSteps(id, facts)),
    ...binding,
    ...after.flatMap((id) => rowSteps(id, facts)),
  ];
  const isShared = ids.includes("NOT-VIABLE") && device !== undefined && spansSlots(device);
  return isShared ? [...steps, ...rowSteps("ACS-GROUP", facts).slice(0, 1)] : steps;
}

/** One command for all that binding does away with. */
function bindStep(device: PatientDevice, system: SystemDetails, ids: readonly string[]): Remedy {
  const { entry, group, blockerDetails } = device;
  const blockers = group?.blockers.filter(({ address }) => address !== entry.address) ?? [];
  const taken = blockers.map(({ address, driver }) => {
    const uses = blockerDetails.get(address)?.uses ?? [];
    return `${short(address)} from ${driver} (${uses.length === 0 ? "not in use" : describeUses(uses)})`;
  });
  const owner = system.isRoot ? [] : ["--owner", ownerWord(system.user)];
  const words = [
    "sudo",
    "vfio",
    "bind",
    short(entry.address),
    ...(blockers.length > 0 ? ["--group"] : []),
    ...owner,
  ];
  return {
    id: ids.find((id) => BOUND.has(id)) ?? "GROUP-NOENT",
    text: taken.length === 0 ? `Give ${short(entry.address)} to vfio-pci` : `Also takes ${taken.join(", ")}`,
    command: shellCommand(...words),
  };
}

/** A user without a name is "user 1000" to the host. */
function ownerWord(user: string): string {
  return user.replace(/^user (?=\d+$)/, "");
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
