/** `vfio bind`: gives devices to vfio-pci, as a transaction. */
import type { DeviceEntry, Host } from "../../mod.ts";
import { summariseGroups } from "../../views/mod.ts";
import { checkBindable, dangersOf } from "../binding.ts";
import type { VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { findDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import { isBound } from "../open.ts";
import { short } from "../state.ts";
import { fileLines, stepDocuments, stepLines, takingSteps, VFIO_PCI } from "../steps.ts";
import { takeAll } from "../taking.ts";
import type { TakingOptions } from "../taking.ts";
import { bold, cyan, dim, green, yellow } from "../text.ts";
import type { Line } from "../text.ts";

/** Names as /etc has them, or numbers. */
const OWNER = /^\w[\w.-]{0,31}\$?(?::\w[\w.-]{0,31})?$/;

export const bind: VfioCommand = {
  name: "bind",
  summary: "Give devices to vfio-pci, so that a program can open them",
  description:
    "Uses driver_override, verifies, and puts everything back when something fails. Refuses what the machine lives on " +
    "(mounts, swap, routes, its console). The drivers that had the devices are kept in mind for vfio unbind, until the " +
    "machine is switched off. With --persist it lasts over restarts, by driverctl's file for the device where " +
    "/etc/driverctl.d is there, else by a rule of udev's.",
  arguments: [{ name: "devices", text: "which devices", variadic: true, values: "devices" }],
  options: [
    { flags: "-g, --group", text: "also the other devices of their groups that keep them from being opened" },
    { flags: "-o, --owner <owner>", text: "give the groups' nodes to USER or USER:GROUP" },
    { flags: "-p, --persist", text: "at each start of the machine as well" },
    { flags: "--force", text: "also what is in use: file systems and connections on it break" },
  ],
  examples: ["sudo vfio bind 01:00.0 --owner $USER", "vfio bind 00:04.0 --dry-run --emulated edu:none"],
  changes: true,
  async run(context, input) {
    const { host, backend } = context;
    const owner = input.text("owner");
    if (owner !== undefined && !OWNER.test(owner)) {
      throw new UsageError(`--owner takes USER or USER:GROUP, not '${owner}'`);
    }
    const options = { owner, persist: input.flag("persist") };
    const named = unique(input.rest(0).map((word) => findDevice(host, word)));
    const devices = input.flag("group") ? unique([...named, ...blockersOf(host, named)]) : named;
    const wanted = devices.filter((device) => !isBound(device));
    for (const device of wanted) checkBindable(backend, device, input.flag("force"));
    for (const device of wanted) tellDanger(context, device);
    if (!context.dryRun) await takeAll(context, wanted, devices, options);
    context.answer({
      dryRun: context.dryRun,
      owner: owner ?? null,
      devices: devices.map((device) => ({
        address: device.address,
        driver: context.dryRun && wanted.includes(device) ? VFIO_PCI : driverOf(context, device),
        previous: device.driver ?? null,
        group: host.groupOf(device.address) ?? null,
        steps: wanted.includes(device) ? stepDocuments(takingSteps(device)) : [],
        startFiles: filesOf(context, device, options),
      })),
    }, () => devices.flatMap((device) => linesOf(context, device, wanted.includes(device), options)));
    tellBlocked(context, devices);
  },
};

/** What keeps the groups of these devices from being opened: bridges and vfio-pci's own do not. */
function blockersOf(host: Host, devices: readonly DeviceEntry[]): DeviceEntry[] {
  const wanted = new Set(devices.flatMap(({ group }) => group ?? []));
  const groups = summariseGroups({ devices: host.list() });
  return groups.filter(({ id }) => id !== undefined && wanted.has(id)).flatMap(({ blockers }) => blockers);
}

function driverOf({ host }: Context, { address }: DeviceEntry): string | null {
  return host.find(address)?.driver ?? null;
}

/** Those that are there at each start; on a dry run, that would be. */
function filesOf({ host, dryRun }: Context, { address }: DeviceEntry, { persist }: TakingOptions): string[] {
  const files = dryRun && persist ? [host.startFile(address, VFIO_PCI)] : host.startFiles(address);
  return files.map(({ path }) => path);
}

function linesOf(context: Context, device: DeviceEntry, isTaken: boolean, options: TakingOptions): Line[] {
  const { dryRun, host } = context;
  const { owner, persist } = options;
  const { address, driver } = device;
  const group = host.groupOf(address);
  const node = group === undefined ? undefined : host.groupNode(group)?.path ?? `/dev/vfio/${group}`;
  const file = persist ? host.startFile(address, VFIO_PCI) : undefined;
  const head = [
    bold(address),
    ...(isTaken
      ? [
        dryRun ? "  would go from " : "  ",
        `${driver ?? "no driver"} ${dryRun ? "to" : "→"} `,
        green(VFIO_PCI),
      ]
      : [`  has been ${driver}'s already`]),
    ...(node === undefined ? [] : [dim(`  ${node}${owner === undefined ? "" : `, ${owner}'s`}`)]),
    ...(file === undefined || dryRun ? [] : [dim("  at each start: "), file.path]),
  ];
  if (!dryRun) return [head];
  return [
    head,
    ...(isTaken ? [["  ", dim(`# ${driver ?? "no driver"} is kept in mind for vfio unbind`)]] : []),
    ...(isTaken ? stepLines(takingSteps(device)) : []),
    ...(owner === undefined || node === undefined ? [] : [["  ", cyan(`chown ${owner} ${node}`)]]),
    ...(file === undefined ? [] : fileLines(file)),
  ];
}

/** By its name, also where it is wanted. */
function tellDanger(context: Context, device: DeviceEntry): void {
  const dangers = dangersOf(context.backend, device);
  if (dangers === undefined) return;
  const what = `${
    short(device.address)
  } is taken from ${device.driver} though the machine uses it: ${dangers}`;
  context.say(yellow("! "), what);
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
