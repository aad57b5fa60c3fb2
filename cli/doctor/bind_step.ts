/** The step that does away with all that binding does away with. */
import type { Remedy, SystemDetails } from "../../mod.ts";
import { isBound } from "../open.ts";
import { shellCommand } from "../shell.ts";
import { describeUses, short } from "../state.ts";
import type { PatientDevice } from "./patient.ts";

/** One command for the device, those that block its group, and its group's node. @param ids What was found. */
export function bindStep(device: PatientDevice, system: SystemDetails, ids: readonly string[]): Remedy {
  const { entry, group, blockerDetails, node } = device;
  const address = short(entry.address);
  const blockers = group?.blockers.filter((blocker) => blocker.address !== entry.address) ?? [];
  const taken = blockers.map(({ address, driver }) => {
    const uses = blockerDetails.get(address)?.uses ?? [];
    return `${short(address)} from ${driver} (${uses.length === 0 ? "not in use" : describeUses(uses)})`;
  });
  const owner = system.isRoot ? [] : ["--owner", ownerWord(system.user)];
  const whole = blockers.length > 0 ? ["--group"] : [];
  const bind = shellCommand("sudo", "vfio", "bind", address, ...whole, ...owner);
  // vfio-pci makes the node when it gets the device.
  const isOurs = isBound(entry);
  const isNodeLost = isOurs && node === undefined;
  return {
    id: ids.includes("NOT-VIABLE") ? "NOT-VIABLE" : isOurs && !isNodeLost ? "GROUP-ACCES" : "GROUP-NOENT",
    text: isNodeLost
      ? "Let the kernel make the node again; in a container, pass it on by --device instead"
      : taken.length > 0
      ? `Also takes ${taken.join(", ")}`
      : isOurs
      ? `Give ${node?.path} to ${system.user}`
      : `Give ${address} to vfio-pci`,
    command: isNodeLost ? `${shellCommand("sudo", "vfio", "unbind", address)} && ${bind}` : bind,
  };
}

/** A user without a name is "user 1000" to the host. */
function ownerWord(user: string): string {
  return user.replace(/^user (?=\d+$)/, "");
}
