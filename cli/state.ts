/** Whether a device can be used now, and what is in the way. */
import type { DeviceEntry, DeviceUse, Holder, Host, NodeDetails, NodeRights } from "../mod.ts";
import { summariseGroups } from "../views/mod.ts";
import type { GroupState, GroupSummary } from "../views/mod.ts";
import { isBound } from "./open.ts";
import { green, red, yellow } from "./text.ts";
import type { Line, Styled } from "./text.ts";

/** A device's state: that of its group, and "no-access" where only the right to the group's node is missing. */
export interface DeviceState {
  readonly state: GroupState | "no-access";
  /** What is in the way, or what the machine does with it, in words; undefined: nothing. */
  readonly reason: string | undefined;
}

/** A group and its node, where it has one. */
export interface GroupWithNode extends GroupSummary {
  readonly node: NodeDetails | undefined;
}

/** The groups of a machine. Each node is asked about once: its holders are searched among all processes. */
export function groupsOf(host: Host, devices: readonly DeviceEntry[]): GroupWithNode[] {
  const nodes = new Map([...vfioGroups(devices)].map((group) => [group, host.groupNode(group)]));
  const holders = new Map<number, string>();
  for (const [group, node] of nodes) {
    const [holder] = node?.holders ?? [];
    if (holder !== undefined) holders.set(group, holderText(holder));
  }
  return summariseGroups({ devices, holders })
    .map((group) => ({ ...group, node: group.id === undefined ? undefined : nodes.get(group.id) }));
}

/** Who has something open: "1234 (qemu)". */
export function holderText({ pid, command }: Holder): string {
  return `${pid} (${command})`;
}

/** Whose a node is, and who may open it: "0600 root". */
export function rightsText({ mode, owner }: NodeRights): string {
  return `${mode.toString(8).padStart(4, "0")} ${owner}`;
}

/** Tells the state of a device. */
export function stateOf(host: Host, device: DeviceEntry, groups: readonly GroupWithNode[]): DeviceState {
  if (!isBound(device)) return kernelState(host, device);
  const group = groups.find(({ id }) => id === device.group);
  const node = group?.node;
  switch (group?.state) {
    case "blocked":
      return {
        state: "blocked",
        reason: `group blocked by ${group.blockers.map(({ address }) => short(address)).join(", ")}`,
      };
    case "in-use":
      return {
        state: "in-use",
        reason: (node?.holders ?? []).map(holderText).join(", "),
      };
    case "ready":
      if (node?.accessible === true) return { state: "ready", reason: undefined };
      return {
        state: "no-access",
        reason: node === undefined ? "no node" : `${node.path} belongs to ${node.owner}`,
      };
    default:
      return { state: group?.state ?? "free", reason: undefined };
  }
}

function kernelState(host: Host, { address, driver, group }: DeviceEntry): DeviceState {
  const uses = host.details(address)?.uses ?? [];
  const reason = uses.length === 0 ? undefined : describeUses(uses);
  if (driver !== undefined) return { state: "kernel", reason };
  return { state: "free", reason: group === undefined ? "no IOMMU group" : undefined };
}

const SIGNS: Readonly<Record<DeviceState["state"], readonly [Styled | string, string]>> = {
  ready: [green("●"), "ready"],
  "in-use": [yellow("◆"), "in use"],
  blocked: [red("✗"), ""],
  "no-access": [yellow("!"), "no access"],
  kernel: ["○", "kernel"],
  free: ["○", "free"],
  "no-iommu": [yellow("△"), "no IOMMU"],
  bridges: ["–", "bridges only"],
};

/** A state as a line: its sign, its word, and what is in the way. */
export function stateLine({ state, reason }: DeviceState): Line {
  const [sign, word] = SIGNS[state];
  if (reason === undefined) return [sign, ` ${word}`];
  return [
    sign,
    word === "" ? ` ${reason}` : state === "kernel" ? ` ${word} (${reason})` : ` ${word}: ${reason}`,
  ];
}

/** What the machine does with a device, in words: "mounted: /data". */
export function describeUses(uses: readonly DeviceUse[]): string {
  return uses.map(describeUse).join(", ");
}

/** What the machine does with a device, in words. */
export function describeUse({ kind, name, place }: DeviceUse): string {
  switch (kind) {
    case "mount":
      return `mounted: ${place}`;
    case "swap":
      return `swap: ${place}`;
    case "volume":
      return `part of ${place}`;
    case "route":
      return place === "default" ? `${name}: default route` : `${name}: route to ${place}`;
    case "network":
      return `${name}: part of ${place}`;
    case "console":
      return "the console";
  }
}

/** An address as people write it: without the domain that nearly all have. */
export function short(address: string): string {
  return address.replace(/^0000:/, "");
}

function vfioGroups(devices: readonly DeviceEntry[]): Set<number> {
  return new Set(
    devices.filter(isBound).flatMap(({ group }) => group === undefined ? [] : [group]),
  );
}
