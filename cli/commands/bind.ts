/** `vfio bind`: gives devices to vfio-pci, as a transaction. */
import { isVfioDriver } from "../../mod.ts";
import type { DeviceEntry, Host } from "../../mod.ts";
import { summariseGroups } from "../../views/mod.ts";
import { checkBindable } from "../binding.ts";
import type { VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { findDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import { short } from "../state.ts";
import { bold, dim, green, yellow } from "../text.ts";
import type { Line } from "../text.ts";

const VFIO_PCI = "vfio-pci";
/** Names as /etc has them, or numbers. */
const OWNER = /^\w[\w.-]{0,31}\$?(?::\w[\w.-]{0,31})?$/;

export const bind: VfioCommand = {
  name: "bind",
  summary: "Give devices to vfio-pci, so that a program can open them",
  description:
    "Uses driver_override, verifies, and puts everything back when something fails. Refuses what the machine lives on " +
    "(mounts, swap, routes, its console). The drivers that had the devices are kept in mind for vfio unbind, until the " +
    "machine is switched off.",
  arguments: [{ name: "devices", text: "which devices", variadic: true, values: "devices" }],
  options: [
    { flags: "-g, --group", text: "also the other devices of their groups that keep them from being opened" },
    { flags: "-o, --owner <owner>", text: "give the groups' nodes to USER or USER:GROUP" },
    { flags: "--force", text: "also what is in use: file systems and connections on it break" },
  ],
  examples: ["sudo vfio bind 01:00.0 --owner $USER", "vfio bind 00:04.0 --dry-run --emulated edu:none"],
  changes: true,
  run(context, input) {
    const { host } = context;
    const owner = input.text("owner");
    if (owner !== undefined && !OWNER.test(owner)) {
      throw new UsageError(`--owner takes USER or USER:GROUP, not '${owner}'`);
    }
    const named = unique(input.rest(0).map((word) => findDevice(host, word)));
    const devices = input.flag("group") ? unique([...named, ...blockersOf(host, named)]) : named;
    const wanted = devices.filter(({ driver }) => driver === undefined || !isVfioDriver(driver));
    for (const device of wanted) checkBindable(host, device, input.flag("force"));
    if (!context.dryRun) bindAll(host, wanted, devices, owner);
    context.answer({
      dryRun: context.dryRun,
      owner: owner ?? null,
      devices: devices.map(({ address, driver }) => ({
        address,
        driver: context.dryRun && wanted.every((each) => each.address !== address)
          ? driver ?? null
          : VFIO_PCI,
        previous: driver ?? null,
        group: host.find(address)?.group ?? null,
      })),
    }, () => devices.map((device) => lineOf(context, device, wanted.includes(device), owner)));
    tellBlocked(context, devices);
  },
};

/** All or nothing: what fails gives back what was taken before it. */
function bindAll(
  host: Host,
  wanted: readonly DeviceEntry[],
  all: readonly DeviceEntry[],
  owner: string | undefined,
): void {
  using taken = new DisposableStack();
  for (const { address, driver } of wanted) {
    taken.use(host.bind(address, VFIO_PCI));
    host.rememberDriver(address, driver ?? null);
    taken.defer(() => host.rememberDriver(address, undefined));
  }
  if (owner !== undefined) {
    // Without an IOMMU a group comes with vfio-pci.
    const groups = new Set(all.flatMap(({ address }) => host.find(address)?.group ?? []));
    for (const group of groups) host.chownGroup(group, owner);
  }
  taken.move();
}

/** What keeps the groups of these devices from being opened: bridges and vfio-pci's own do not. */
function blockersOf(host: Host, devices: readonly DeviceEntry[]): DeviceEntry[] {
  const wanted = new Set(devices.flatMap(({ group }) => group ?? []));
  const groups = summariseGroups({ devices: host.list() });
  return groups.filter(({ id }) => id !== undefined && wanted.has(id)).flatMap(({ blockers }) => blockers);
}

function lineOf(
  { dryRun, host }: Context,
  device: DeviceEntry,
  isTaken: boolean,
  owner: string | undefined,
): Line {
  const { address, driver } = device;
  const group = host.find(address)?.group;
  const node = group === undefined ? undefined : host.groupNode(group)?.path ?? `/dev/vfio/${group}`;
  const where = node === undefined ? [] : [dim(`  ${node}${owner === undefined ? "" : `, ${owner}'s`}`)];
  if (!isTaken) return [bold(address), `  has been ${driver}'s already`, ...where];
  const from = driver === undefined ? "no driver" : driver;
  return [
    bold(address),
    dryRun ? "  would go from " : "  ",
    `${from} ${dryRun ? "to" : "→"} `,
    green(VFIO_PCI),
    ...where,
  ];
}

function tellBlocked(context: Context, devices: readonly DeviceEntry[]): void {
  if (context.dryRun) return;
  const blockers = blockersOf(context.host, devices);
  if (blockers.length === 0) return;
  const names = blockers.map(({ address, driver }) => `${short(address)} (${driver})`).join(", ");
  context.say(yellow("! "), `The group is not viable yet: ${names}; --group takes that as well`);
}

function unique(devices: readonly DeviceEntry[]): DeviceEntry[] {
  return [...new Map(devices.map((device) => [device.address, device])).values()];
}
