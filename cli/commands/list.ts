/** `vfio list`: which devices are there, who has them, and can they be used? */
import type { DeviceEntry } from "../../mod.ts";
import type { Input, VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { idsOf } from "../device.ts";
import { UsageError } from "../errors.ts";
import { hex } from "../json.ts";
import type { Json } from "../json.ts";
import { nameOf } from "../names.ts";
import { isBound } from "../open.ts";
import { matchesIds, matchesSlot } from "../patterns.ts";
import { groupsOf, stateLine, stateOf } from "../state.ts";
import type { DeviceState } from "../state.ts";
import { table } from "../table.ts";
import { dim } from "../text.ts";
import type { Line } from "../text.ts";

/** The base class of bridges: to other buses, and from the processor. */
const BRIDGE = 0x06;
const NO_DRIVER = "none";

interface Row {
  readonly device: DeviceEntry;
  readonly name: string;
  readonly state: DeviceState;
}

export const list: VfioCommand = {
  name: "list",
  summary: "List PCI devices, their drivers and IOMMU groups",
  description: "Bridges are shown with --all, or when an option asks for them.",
  options: [
    { flags: "-s, --slot <slot>", text: "only this address: 01:00.0, 01:, 04, .1 (as lspci -s)" },
    { flags: "-d, --ids <ids>", text: "only these ids: 8086:, :10d3, 1234:11e8, ::0200 (as lspci -d)" },
    { flags: "--driver <driver>", text: `only devices of this driver; ${NO_DRIVER}: those without` },
    { flags: "--bound", text: "only what vfio-pci has, or a variant of it" },
    { flags: "-a, --all", text: "also bridges" },
  ],
  examples: ["vfio list", "vfio list --driver nvme --json", "vfio list -d 1234: --emulated edu,nvme"],
  run(context, input) {
    const { host } = context;
    const devices = host.list();
    const groups = groupsOf(host, devices);
    const found = filter(devices, input);
    const shown = isFiltered(input) ? found : found.filter(({ classCode }) => classCode >>> 16 !== BRIDGE);
    const rows = shown.map((device): Row => ({
      device,
      name: nameOf(context, device),
      state: stateOf(host, device, groups),
    }));
    context.answer({ devices: rows.map(documentOf) }, () => linesOf(rows));
    if (!context.json) tellCount(context, shown.length, found.length - shown.length);
  },
};

function isFiltered(input: Input): boolean {
  const words = [input.text("slot"), input.text("ids"), input.text("driver")];
  return input.flag("all") || input.flag("bound") || words.some((word) => word !== undefined);
}

function filter(devices: readonly DeviceEntry[], input: Input): readonly DeviceEntry[] {
  const [slot, ids, wanted] = [input.text("slot"), input.text("ids"), input.text("driver")];
  if (wanted !== undefined && input.flag("bound")) {
    throw new UsageError("--bound and --driver are two answers to one question: give one of them");
  }
  return devices
    .filter(({ address }) => slot === undefined || matchesSlot(address, slot))
    .filter((device) => ids === undefined || matchesIds(device, ids))
    .filter(({ driver = NO_DRIVER }) => wanted === undefined || driver === wanted)
    .filter((device) => !input.flag("bound") || isBound(device));
}

function documentOf({ device, name, state }: Row): Json {
  return {
    address: device.address,
    ids: idsOf(device),
    class: `0x${hex(device.classCode, 6)}`,
    name,
    driver: device.driver ?? null,
    group: device.group ?? null,
    state: state.state,
    reason: state.reason ?? null,
  };
}

function linesOf(rows: readonly Row[]): Line[] {
  const columns = [
    { title: "DEVICE" },
    { title: "ID" },
    { title: "NAME" },
    { title: "DRIVER" },
    { title: "GROUP", align: "right" },
    { title: "STATE" },
  ] as const;
  return table(
    columns,
    rows.map(({ device, name, state }) => [
      device.address,
      idsOf(device),
      name,
      device.driver ?? dim("-"),
      device.group === undefined ? dim("-") : String(device.group),
      stateLine(state),
    ]),
  );
}

function tellCount(context: Context, shown: number, hidden: number): void {
  const devices = `${shown} device${shown === 1 ? "" : "s"}`;
  const rest = hidden === 0 ? "" : `, ${hidden} bridge${hidden === 1 ? "" : "s"} hidden (--all)`;
  context.say(dim(devices + rest));
}
