/** `vfio groups`: which devices can only be used together, and what is in the way. */
import type { ReservedRegion } from "../../mod.ts";
import { isBridge } from "../../views/mod.ts";
import type { GroupState, GroupSummary } from "../../views/mod.ts";
import type { VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { idsOf } from "../device.ts";
import type { Json } from "../json.ts";
import { nameOf } from "../names.ts";
import { groupsOf } from "../state.ts";
import { table, tree } from "../table.ts";
import type { Branch } from "../table.ts";
import { bold, dim, green, red, yellow } from "../text.ts";
import type { Line, Span } from "../text.ts";
import { topologyOf } from "../topology.ts";

/** A group with what the host tells of it. */
interface Group extends GroupSummary {
  readonly type: string | undefined;
  readonly reserved: readonly ReservedRegion[];
}

const LOOKS: Readonly<Record<GroupState, readonly Span[]>> = {
  ready: [green("●"), " ready"],
  blocked: [red("✗"), " not viable"],
  "in-use": [yellow("◆"), " in use"],
  kernel: ["○", " usable after bind"],
  free: ["○", " usable after bind"],
  "no-iommu": [yellow("△"), " no IOMMU"],
  bridges: ["–", " bridges only"],
};

export const groups: VfioCommand = {
  name: "groups",
  summary: "Show IOMMU groups: what can be used together, and what blocks it",
  description:
    "All devices of a group reach the same memory, so VFIO gives a group to one owner: its endpoints have to be on " +
    "vfio-pci, pci-stub or no driver. Bridges of a group do not count.",
  options: [{ flags: "--tree", text: "show which device is behind which bridge instead" }],
  examples: ["vfio groups", "vfio groups --tree", "vfio groups --emulated edu,nvme:nvme+edu"],
  run(context, input) {
    const { host } = context;
    const devices = host.list();
    if (input.flag("tree")) {
      const roots = topologyOf(context, devices);
      context.answer(
        { buses: roots.map(({ document }) => document) },
        () => roots.flatMap(({ branch }) => tree(branch)),
      );
      return;
    }
    const found = groupsOf(host, devices).map((group): Group => ({
      ...group,
      type: group.id === undefined ? undefined : host.groupType(group.id),
      reserved: group.id === undefined ? [] : host.reservedRegions(group.id),
    }));
    context.answer(
      { groups: found.map((group) => documentOf(context, group)) },
      () => found.flatMap((group) => tree(branchOf(context, group))),
    );
  },
};

function documentOf(context: Context, { id, state, type, reserved, devices, blockers }: Group): Json {
  return {
    id: id ?? null,
    state,
    type: type ?? null,
    reserved: reserved.map(({ start, last, type }) => ({ start, last, type })),
    devices: devices.map((device) => ({
      address: device.address,
      ids: idsOf(device),
      name: nameOf(context, device),
      driver: device.driver ?? null,
      bridge: isBridge(device),
      blocks: state === "blocked" && blockers.includes(device),
    })),
  };
}

function branchOf(context: Context, { id, state, type, reserved, devices, blockers }: Group): Branch {
  const title = id === undefined ? "No group" : `Group ${id}`;
  const ranges = reserved.map((range) =>
    `${range.type} ${range.start.toString(16)}-${range.last.toString(16)}`
  );
  const rows = devices.map((device): (Span | Line)[] => [
    `${device.address}  ${nameOf(context, device)}`,
    device.driver ?? dim("-"),
    state === "blocked" && blockers.includes(device)
      ? [red("← blocks: "), `${device.driver} does DMA for the kernel`]
      : isBridge(device)
      ? dim("bridge: does not count")
      : "",
  ]);
  return {
    line: [
      bold(title),
      "  ",
      ...LOOKS[state],
      dim(
        `${type === undefined ? "" : `  ${type}`}${
          ranges.length === 0 ? "" : `  reserved: ${ranges.join(", ")}`
        }`,
      ),
    ],
    children: table([{ title: "" }, { title: "" }, { title: "" }], rows).slice(1).map((line) => ({ line })),
  };
}
