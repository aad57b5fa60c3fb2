/** `vfio mem`: registers and memory in the BARs of a device. */
import type { PciDevice, RegisterWidth } from "../../mod.ts";
import type { Input, VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { UsageError } from "../errors.ts";
import { untilInterrupted } from "../hold.ts";
import { dump } from "../mem/dump.ts";
import type { Ground } from "../mem/place.ts";
import { fill, read, write } from "../mem/read_write.ts";
import { BIGGEST, parseRegion, regionOf } from "../mem/region.ts";
import { MAP_HELP, readMap } from "../mem/register_map.ts";
import type { Pace, Step, StepParser } from "../mem/session.ts";
import { wait } from "../mem/wait.ts";
import { watch } from "../mem/watch.ts";
import { openNamed } from "../open.ts";
import { dim } from "../text.ts";

const ACTIONS: Readonly<Record<string, StepParser>> = {
  read,
  peek: read,
  write,
  poke: write,
  dump,
  fill,
  watch,
  wait,
};
const LONGEST_MS = 86_400_000;

export const mem: VfioCommand = {
  name: "mem",
  summary: "Read, write, watch and wait for registers in a BAR",
  description:
    `read OFF..., write OFF=VALUE[:MASK]..., dump [OFF [SIZE]], fill OFF SIZE VALUE, watch OFF..., wait OFF[&MASK]==VALUE; ` +
    `peek is read, poke is write. A comma between words begins another action on the device, which stays open: it is ` +
    `reset when it is opened and closed, so what must hold together is one command. Numbers are decimal, or ` +
    `hexadecimal with 0x; each access is one of its width.\n\n${MAP_HELP} Names stand for offsets then, and ` +
    `status.computing for a field. --json prints a line for each access.`,
  arguments: [
    { name: "device", text: "which device", values: "devices" },
    { name: "bar", text: "which region: 0 to 5, or rom" },
    { name: "action", text: "what to do", values: Object.keys(ACTIONS) },
    {
      name: "words",
      text: "offsets, values, conditions; a comma and the next action",
      optional: true,
      variadic: true,
    },
  ],
  options: [
    {
      flags: "--width <bits>",
      text: "bits of an access; without it 32, or the register's",
      values: ["8", "16", "32", "64"],
    },
    { flags: "--map <file>", text: "names for registers" },
    { flags: "--timeout <ms>", text: "wait: at most so long (1000); watch: end then" },
    { flags: "--interval <ms>", text: "watch, wait: time between looks" },
    { flags: "--count <changes>", text: "watch: end after so many changes" },
    { flags: "--hold", text: "keep the device open until Ctrl-C" },
  ],
  examples: [
    "vfio mem 01:00.0 0 read 0x0 0x4",
    "vfio mem 01:00.0 0 --map csr.csv dump",
    "vfio mem 00:04.0 0 --map edu write factorial=10 , wait status.computing==0 , read factorial --emulated edu",
    "vfio mem 00:04.0 0 watch 0x08 0x20 --map edu.json",
  ],
  async run(context, input) {
    const region = parseRegion(input.argument(1));
    const map = input.text("map");
    const ground = {
      region,
      map: map === undefined ? undefined : await readMap(context, map),
      width: input.integer("width", { min: 8, max: 64 }) as RegisterWidth | undefined,
    };
    const actions = split([input.argument(2), ...input.rest(3)]);
    const plan = (size: number) => actions.map((words) => stepOf({ ...ground, size }, words, paceOf(input)));
    // What cannot be meant is found before the device is opened, and so reset.
    plan(BIGGEST);
    using device = openNamed(context, input.argument(0));
    const memory = regionOf(device, region);
    for (const step of plan(memory.size)) await step({ context, device, memory, region });
    await end(context, input, actions, device);
  },
};

function paceOf(input: Input): Pace {
  return {
    // A rest of 0 would be none, and Ctrl-C not heard.
    intervalMs: input.integer("interval", { min: 1, max: LONGEST_MS }),
    timeoutMs: input.integer("timeout", { min: 0, max: LONGEST_MS }),
    count: input.integer("count", { min: 1, max: Number.MAX_SAFE_INTEGER }),
  };
}

function split(words: readonly string[]): string[][] {
  const actions: string[][] = [[]];
  for (const word of words) {
    if (word === ",") actions.push([]);
    else actions.at(-1)?.push(word);
  }
  return actions;
}

function stepOf(ground: Ground, [name = "", ...words]: readonly string[], pace: Pace): Step {
  const parser = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (parser !== undefined) return parser(ground, words, pace);
  throw new UsageError(`'${name}' is no action: ${Object.keys(ACTIONS).join(", ")}`);
}

async function end(
  context: Context,
  input: Input,
  actions: readonly (readonly string[])[],
  { model }: PciDevice,
): Promise<void> {
  if (input.flag("hold")) return await untilInterrupted(context);
  const last = actions.at(-1)?.[0] ?? "";
  if (["write", "poke", "fill"].includes(last) && model.info().resettable) {
    context.say(
      dim("The device is reset now that it is closed: a comma adds what comes next, --hold keeps it open"),
    );
  }
}
