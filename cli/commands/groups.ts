/** `vfio groups`: which devices can only be used together, and what is in the way. */
import type { DeviceEntry, ReservedRegion } from "../../mod.ts";
import { GroupsView, isBridge } from "../../views/mod.ts";
import type { GroupState, GroupSummary } from "../../views/mod.ts";
import type { VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { idsOf } from "../device.ts";
import { UsageError } from "../errors.ts";
import { groupPicture } from "../group_picture.ts";
import type { Json } from "../json.ts";
import { nameOf } from "../names.ts";
import { groupsOf } from "../state.ts";
import { draw, SVG_OPTION } from "../svg.ts";
import { table, tree } from "../table.ts";
import type { Branch } from "../table.ts";
import { bold, dim, green, red, yellow } from "../text.ts";
import type { Line, Span } from "../text.ts";
import { bridgesByBus, busOf, topologyOf } from "../topology.ts";

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
  options: [{ flags: "--tree", text: "show which device is behind which bridge instead" }, SVG_OPTION],
  examples: [
    "vfio groups",
    "vfio groups --tree",
    "vfio groups --svg groups.svg",
    "vfio groups --emulated edu,nvme:nvme+edu",
  ],
  async run(context, input) {
    const { host } = context;
    const devices = host.list();
    if (input.flag("tree")) {
      if (input.text("svg") !== undefined) throw new UsageError("--svg draws groups, not --tree");
      const roots = topologyOf(context, devices);
      context.answer(
        { buses: roots.map(({ document }) => document) },
        () => roots.flatMap(({ branch }) => tree(branch)),
      );
      return;
    }
    const summaries = groupsOf(host, devices);
    const found = summaries.map((group): Group => ({
      ...group,
      type: group.id === undefined ? undefined : host.groupType(group.id),
      reserved: group.id === undefined ? [] : host.reservedRegions(group.id),
    }));
    if (await draw(context, input, () => new GroupsView(groupPicture(context, devices, summaries)))) return;
    context.answer(
      { groups: found.map((group) => documentOf(context, group)) },
      () => {
        const bridges = bridgesByBus(context, devices);
        return found.flatMap((group) => tree(branchOf(context, group, bridges)));
      },
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

function branchOf(
  context: Context,
  { id, state, type, reserved, devices, blockers }: Group,
  bridges: ReadonlyMap<string, DeviceEntry>,
): Branch {
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
      : behind(device, bridges.get(busOf(device.address))),
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

/** A bridge of another group leads to the device: that group is nobody's concern. */
function behind({ group }: DeviceEntry, bridge: DeviceEntry | undefined): Span {
  if (bridge === undefined || bridge.group === group) return "";
  const where = bridge.group === undefined ? "" : `, group ${bridge.group}`;
  return dim(`behind ${bridge.address} (bridge${where}, does not count)`);
}
