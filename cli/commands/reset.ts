/** `vfio reset`: resets a device, and says what is hit. */
import type { DeviceEntry, PciDevice } from "../../mod.ts";
import { formatTime } from "../../views/mod.ts";
import type { VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { findDevice, idsOf } from "../device.ts";
import { EXIT, Refusal } from "../errors.ts";
import type { Json } from "../json.ts";
import { isBound, notBound, openEntry } from "../open.ts";
import { counted } from "../quantities.ts";
import { checkHot, openForHotReset } from "../reset/hot.ts";
import { planOf } from "../reset/plan.ts";
import type { Hit, ResetPlan } from "../reset/plan.ts";
import { bold, dim, green, red } from "../text.ts";
import type { Line } from "../text.ts";

const TIMEOUT_MS = 10_000;
const LONGEST_MS = 3_600_000;
const NOBODY = 0xffff;

export const reset: VfioCommand = {
  name: "reset",
  summary: "Reset a device, and say what is hit",
  description:
    "function resets the device alone, in the way that the kernel prefers (FLR, power); hot, or bus, which is " +
    "the same, resets the bus or slot with all devices on it: all of them have to be on vfio-pci, and nobody else may " +
    "use them. --list and --dry-run say what there is, and what it would hit; opening the device resets it, too, where " +
    "the kernel can.",
  arguments: [{ name: "device", text: "which device", values: "devices" }],
  options: [
    {
      flags: "--method <method>",
      text: "function, or hot; without it function",
      values: ["function", "hot", "bus"],
    },
    { flags: "--timeout <ms>", text: "give up after so long; without it 10000" },
    { flags: "--list", text: "show which resets there are, and what they hit" },
  ],
  examples: ["vfio reset 01:00.0 --list", "vfio reset 01:00.0", "vfio reset 01:00.0 --method hot --dry-run"],
  changes: true,
  async run(context, input) {
    const timeoutMs = input.integer("timeout", { min: 1, max: LONGEST_MS }) ?? TIMEOUT_MS;
    const isHot = ["hot", "bus"].includes(input.text("method") ?? "");
    const entry = findDevice(context.host, input.argument(0));
    if (!isBound(entry)) throw notBound(entry, "reset");
    if (input.flag("list") || context.dryRun) return list(context, entry, context.dryRun ? isHot : undefined);
    return isHot ? await resetBus(context, entry, timeoutMs) : await resetFunction(context, entry, timeoutMs);
  },
};

/** @param isHot Which one a dry run is about: what is in the way of it is an error there. */
function list(context: Context, entry: DeviceEntry, isHot: boolean | undefined): void {
  using device = openEntry(context, entry);
  const plan = planOf(context, device);
  if (isHot === true) checkHot(plan, entry.address);
  if (isHot === false && !plan.function) throw noFunctionReset(entry, plan);
  context.answer({
    device: entry.address,
    function: plan.function,
    methods: plan.methods,
    hot: plan.hot?.map(hitDocument) ?? null,
  }, () => [
    ...(isHot === true ? [] : functionLines(plan)),
    ...(isHot === false ? [] : hotLines(plan)),
  ]);
}

function functionLines({ function: is, methods }: ResetPlan): Line[] {
  const how = methods.length === 0 ? "" : `  ${methods.join(", ")}: the kernel takes the first that works`;
  return [[
    bold("function"),
    "  ",
    ...(is ? [green("✔ "), "this device alone", dim(how)] : [red("✗ "), "none"]),
  ]];
}

function hotLines({ hot }: ResetPlan): Line[] {
  if (hot === undefined) {
    return [[bold("hot"), "       ", red("✗ "), "none: no bus or slot above can be reset"]];
  }
  const blocked = hot.some(({ blocks }) => blocks);
  const head: Line = [
    bold("hot"),
    "       ",
    blocked ? red("✗ ") : green("✔ "),
    `hits ${counted(hot.length, "device")}`,
  ];
  return [
    head,
    ...hot.map(({ address, entry, blocks, group }): Line => [
      `            ${address}  ${entry === undefined ? "?" : idsOf(entry)}  ${entry?.driver ?? "-"}`,
      dim(`  group ${group ?? "-"}`),
      ...(blocks ? [red("  ← in the way: it has to be on vfio-pci")] : []),
    ]),
  ];
}

async function resetFunction(context: Context, entry: DeviceEntry, timeoutMs: number): Promise<number> {
  const device = openEntry(context, entry);
  try {
    const plan = planOf(context, device);
    if (!plan.function) throw noFunctionReset(entry, plan);
    const ns = await timed(context, device, () => device.resetAsync({ timeoutMs }));
    return tell(context, device, "function", [entry.address], ns);
  } finally {
    // A device that does not come back must not hold the command for ever.
    await device.close({ timeoutMs });
  }
}

async function resetBus(context: Context, entry: DeviceEntry, timeoutMs: number): Promise<number> {
  const open = openForHotReset(context, entry);
  try {
    const { device, plan } = open;
    checkHot(plan, entry.address);
    const ns = await timed(context, device, () => open.reset({ timeoutMs }));
    const hit = (plan.hot ?? []).map(({ address }) => address);
    return tell(context, device, "hot", hit, ns);
  } finally {
    await open.close({ timeoutMs });
  }
}

/** @returns Nanoseconds that the reset took. */
async function timed(
  context: Context,
  { address, clock }: PciDevice,
  reset: () => Promise<void>,
): Promise<number> {
  using _ = context.progress(`Resetting ${address}`);
  const start = clock.now();
  await reset();
  return (clock.now() - start) * 1e6;
}

function tell(
  context: Context,
  device: PciDevice,
  method: string,
  hit: readonly string[],
  ns: number,
): number {
  const answers = device.config.vendorId.read() !== NOBODY;
  context.answer({ device: device.address, method, hit, ns, answers }, () => [
    [
      answers ? green("✔ ") : red("✗ "),
      `${hit.join(", ")}: reset (${method}) in ${formatTime(ns)}`,
      answers ? "" : red(", and it does not answer any more"),
    ],
  ]);
  return answers ? EXIT.ok : EXIT.problems;
}

function noFunctionReset({ address }: DeviceEntry, { hot }: ResetPlan): Refusal {
  return new Refusal(`${address} has no reset of its own`, [
    hot === undefined
      ? {
        text:
          "Nor can its bus be reset: taking it away and looking for it again is what is left: vfio explain RESET-NONE",
      }
      : {
        text: "Its bus or slot can be reset, with all that is on it:",
        command: `vfio reset ${address} --method hot --dry-run`,
      },
  ]);
}

function hitDocument({ address, group, entry, blocks }: Hit): Json {
  return {
    address,
    ids: entry === undefined ? null : idsOf(entry),
    driver: entry?.driver ?? null,
    group: group ?? null,
    blocks,
  };
}
