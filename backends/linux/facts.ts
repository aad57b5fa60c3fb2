/** What the host knows about a failure: gathered only when somebody asks what helps. */
import { leavesDma } from "../../core/dma_drivers.ts";
import type { Holder } from "../../core/host_details.ts";
import type { Facts } from "../../core/remedies.ts";
import { fileStatus, listFolder, readLink, readText } from "../../os/files.ts";
import { driverOf, ifThere, isBridge, isNoIommu, membersOf } from "./sysfs.ts";
import { userName } from "./users.ts";

/** The path of a group's node. */
export function groupNode(id: number, noIommu: boolean): string {
  return noIommu ? `/dev/vfio/noiommu-${id}` : `/dev/vfio/${id}`;
}

/** About a group, or its `node`, that does not open. */
export function groupFacts(id: number, node: string): Facts {
  const members = membersOf(id);
  const blockers = members.flatMap((address) => {
    const driver = driverOf(address);
    return driver === undefined || leavesDma(driver) ? [] : [{ address, driver }];
  });
  // vfio-pci takes no bridge, and none has to be given to it.
  const address = blockers[0]?.address ?? members.find((member) => !isBridge(member));
  return {
    group: id,
    node,
    ...nodeFacts(node),
    blockers: blockers.map(({ address, driver }) => `${address} (${driver})`),
    blockerAddresses: blockers.map(({ address }) => address).join(" "),
    holders: holdersOf(node).map(({ pid, command }) => `${pid} (${command})`),
    ...(address === undefined ? {} : { address }),
    ...(isNoIommu(id) ? { noIommu: "yes" } : {}),
  };
}

/** About a group that cannot be attached: who blocks it, or else whether interrupts do. */
export function attachFacts(id: number, node: string): Facts {
  const facts = groupFacts(id, node);
  const isBlocked = facts["blockerAddresses"] !== "" || facts["noIommu"] !== undefined;
  return isBlocked ? facts : { ...facts, ...interruptFacts() };
}

/** About a node that does not open. */
export function nodeFacts(node: string): Facts {
  const status = ifThere(() => fileStatus(node));
  if (status === undefined) return {};
  return { owner: userName(status.owner), mode: status.mode.toString(8).padStart(4, "0") };
}

/** About memory that could not be locked. */
export function memlockFacts(needed: bigint): Facts {
  const limit = /^Max locked memory\s+(\S+)/m.exec(readText("/proc/self/limits"))?.[1];
  const locked = /^VmLck:\s+(\d+) kB/m.exec(readText("/proc/self/status"))?.[1];
  return {
    needed,
    ...(limit === undefined ? {} : { limit }),
    ...(locked === undefined ? {} : { locked: BigInt(locked) * 1024n }),
  };
}

/** About a platform whose interrupts are not remapped: then a container takes no group. */
export function interruptFacts(): Facts {
  const allowed = ifThere(() => readText("/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"));
  return allowed?.trim() === "N" ? { interruptRemapping: "off" } : {};
}

/** Processes that have a file open: those whose descriptors this one may see. */
export function holdersOf(node: string): Holder[] {
  const processes = listFolder("/proc").filter((name) => /^\d+$/.test(name));
  return processes.flatMap((id) => {
    const command = ifKnown(() => {
      const fds = listFolder(`/proc/${id}/fd`);
      if (!fds.some((fd) => ifKnown(() => readLink(`/proc/${id}/fd/${fd}`)) === node)) return undefined;
      // Its name is its own to choose.
      return readText(`/proc/${id}/comm`).trim().replace(/[^\x20-\x7e]/g, "?");
    });
    return command === undefined ? [] : [{ pid: Number(id), command }];
  });
}

/** Does what looks at something that may not be there any more, or not for this user to see. */
export function ifKnown<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
