/** What a picture of groups is made of. */
import type { DeviceEntry } from "../mod.ts";
import { groupsOf } from "../views/mod.ts";
import type { GroupsData } from "../views/mod.ts";
import type { Context } from "./context.ts";
import { nameOf } from "./names.ts";
import { holderText } from "./state.ts";
import type { GroupWithNode } from "./state.ts";

/** Gathers it. @param groups Those of the devices, and maybe others. */
export function groupPicture(
  context: Context,
  devices: readonly DeviceEntry[],
  groups: readonly GroupWithNode[],
): GroupsData {
  const { host } = context;
  const known = groupsOf({
    list: () => devices,
    reservedRegions: (id) => host.reservedRegions(id),
    groupType: (id) => host.groupType(id),
  });
  return {
    ...known,
    names: new Map(devices.map((device) => [device.address, nameOf(context, device)])),
    holders: new Map(groups.flatMap(({ id, node }): [number, string][] => {
      const holders = node?.holders ?? [];
      return id === undefined || holders.length === 0 ? [] : [[id, holders.map(holderText).join(", ")]];
    })),
  };
}
