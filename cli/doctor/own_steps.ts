/** Steps that doctor has exact words for, where the catalogue only knows the kind of trouble. */
import type { DeviceEntry, DeviceUse, Remedy, SystemDetails } from "../../mod.ts";
import { isBound } from "../open.ts";
import { shellCommand } from "../shell.ts";
import { describeUses, short } from "../state.ts";
import type { Patient, PatientDevice } from "./patient.ts";
import { missingModules, SWITCHED_OFF } from "./system_checks.ts";

/** Loads what is missing: vfio-pci alone does not bring vfio_iommu_type1 along with every modprobe. */
export function moduleStep(id: string, { modules }: SystemDetails): Remedy {
  return {
    id,
    text: "Load what is missing",
    command: shellCommand("sudo", "modprobe", "-a", ...missingModules(modules)),
  };
}

/** Opens the containers' node again. */
export function accessSteps(id: string, { container }: SystemDetails): Remedy[] {
  if (container === undefined) return [];
  return [{
    id,
    text: "It is open to all on other systems, and grants nothing by itself",
    command: shellCommand("sudo", "chmod", "0666", container.path),
  }];
}

/** Takes back what the kernel was told on its command line; undefined: it was told nothing. */
export function commandLineSteps(id: string, { commandLine }: SystemDetails): Remedy[] | undefined {
  const said = SWITCHED_OFF.exec(commandLine)?.[0];
  if (said === undefined) return undefined;
  return [{
    id,
    text: `Do not tell the kernel ${said} any more`,
    command: `sudo sed -i 's/ *\\b${said}\\b//' /etc/default/grub && sudo update-grub`,
    reboot: true,
  }];
}

/** @param row What the catalogue says: a lab's way out comes last, where it is not taken already. */
export function interruptSteps(id: string, system: SystemDetails, row: readonly Remedy[]): Remedy[] {
  const firmware: Remedy = {
    id,
    text: "Switch interrupt remapping on in the firmware's settings; in QEMU: intremap=on",
    reboot: true,
  };
  return system.unsafeInterrupts ? [firmware] : [
    firmware,
    ...row.map((step) => ({ ...step, text: "Only in a lab: use devices that can raise any interrupt" })),
  ];
}

/** Lets this shell lock more. */
export function memlockStep(id: string): Remedy {
  return {
    id,
    text: "For this shell, and what is started from it",
    command: "sudo prlimit --pid $$ --memlock=unlimited",
  };
}

/** Ends what the machine does with a device, and with those that block its group. */
export function useSteps(id: string, { details, blockerDetails }: PatientDevice): Remedy[] {
  const uses = new Set([details, ...blockerDetails.values()].flatMap((each) => each.uses));
  // Several routes end with one interface.
  return Array.from(Map.groupBy(uses, endOf), ([command, same]) => {
    const text = `End this first (${describeUses(same)}); vfio bind --force takes it and breaks it`;
    return command === undefined ? { id, text } : { id, text, command };
  });
}

function endOf({ kind, name, place }: DeviceUse): string | undefined {
  switch (kind) {
    case "mount":
      return shellCommand("sudo", "umount", place);
    case "swap":
      return shellCommand("sudo", "swapoff", place);
    case "route":
    case "network":
      return shellCommand("sudo", "ip", "link", "set", name, "down");
    default:
      return undefined;
  }
}

/** Lets driver_override say what is so. */
export function overrideStep(id: string, { address, driver }: DeviceEntry): Remedy {
  if (driver === undefined) {
    return {
      id,
      text: "Clear driver_override, and let the kernel find a driver",
      command: shellCommand("sudo", "vfio", "unbind", short(address)),
    };
  }
  const file = `/sys/bus/pci/devices/${address}/driver_override`;
  return {
    id,
    text: "Let driver_override name the driver that has the device",
    command: `${shellCommand("echo", driver)} | ${shellCommand("sudo", "tee", file)}`,
  };
}

/** Gives VFIO those that block the groups of its devices. */
export function groupSteps(id: string, { groups }: Patient): Remedy[] {
  return groups.filter(({ state }) => state === "blocked").flatMap(({ devices, blockers }) => {
    const ours = devices.find(isBound);
    if (ours === undefined) return [];
    return [{
      id,
      text: `Also takes ${
        blockers.map(({ address, driver }) => `${short(address)} from ${driver}`).join(", ")
      }`,
      command: shellCommand("sudo", "vfio", "bind", short(ours.address), "--group"),
    }];
  });
}
