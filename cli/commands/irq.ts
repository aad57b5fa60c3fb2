/** `vfio irq`: do interrupts arrive? */
import type { PciDevice } from "../../mod.ts";
import type { Input, VfioCommand } from "../command.ts";
import { parseInteger } from "../command.ts";
import type { Context } from "../context.ts";
import { EXIT, UsageError } from "../errors.ts";
import { chooseKind, enable, KINDS, kindsOf } from "../irq/kinds.ts";
import { parsePokes, pokeAll } from "../irq/poke.ts";
import { loopback } from "../irq/trigger.ts";
import { watchVectors } from "../irq/watch.ts";
import type { Arrival } from "../irq/watch.ts";
import { latencyDocument, latencyText } from "../latency.ts";
import { openNamed } from "../open.ts";
import { counted } from "../quantities.ts";
import { table } from "../table.ts";
import { dim, green, red } from "../text.ts";
import type { Line } from "../text.ts";
import { formatTime } from "../../views/mod.ts";

const MOST_VECTORS = 2048;
const LONGEST_MS = 86_400_000;
const MOST = 1e9;

export const irq: VfioCommand = {
  name: "irq",
  summary: "Watch interrupts arrive, or trigger them",
  description:
    "list shows what the device has; watch counts what arrives, until Ctrl-C; trigger fires a vector through the kernel, " +
    "without the device, which shows that all but the device is in order. MSI and MSI-X are writes to memory, so bus " +
    "mastering is switched on for them; the device can reach no other memory.",
  arguments: [
    { name: "device", text: "which device", values: "devices" },
    { name: "action", text: "what to do", values: ["list", "watch", "trigger"] },
    { name: "vector", text: "trigger: which vector; without it 0", optional: true },
  ],
  options: [
    {
      flags: "--type <kind>",
      text: "which interrupts; without it the first of these that the device has",
      values: KINDS,
    },
    { flags: "--count <n>", text: "watch: end after so many; trigger: fire so often" },
    { flags: "--timeout <ms>", text: "watch: end then" },
    { flags: "--vectors <n>", text: "watch: enable so many vectors; without it all" },
    {
      flags: "--poke <writes>",
      text: "watch: write registers first, BAR:OFF=VALUE with commas between them",
    },
  ],
  examples: [
    "vfio irq 01:00.0 watch --type msix",
    "vfio irq 00:04.0 watch --poke 0:0x60=1 --count 1 --emulated edu",
    "vfio irq 01:00.0 trigger 3 --count 1000",
  ],
  async run(context, input) {
    const action = input.argument(1);
    checkOptions(input, action);
    switch (action) {
      case "watch":
        return await watch(context, input);
      case "trigger":
        return await trigger(context, input);
      default:
        return list(context, input);
    }
  },
};

/** An option of another action would do nothing, and say nothing. */
function checkOptions(input: Input, action: string): void {
  const owners: Readonly<Record<string, readonly string[]>> = {
    type: ["watch", "trigger"],
    count: ["watch", "trigger"],
    timeout: ["watch"],
    vectors: ["watch"],
    poke: ["watch"],
  };
  for (const [option, actions] of Object.entries(owners)) {
    if (input.text(option) === undefined || actions.includes(action)) continue;
    throw new UsageError(`--${option} is for ${actions.join(" and ")}, not for ${action}`);
  }
  if (action !== "trigger" && input.optional(2) !== undefined) {
    throw new UsageError(`A vector is for trigger, not for ${action}`);
  }
}

function list(context: Context, input: Input): void {
  using device = openNamed(context, input.argument(0));
  const kinds = kindsOf(device);
  context.answer({
    device: device.address,
    kinds: kinds.map(({ kind, count, maskable, noresize }) => ({
      kind,
      vectors: count,
      maskable,
      resizable: !noresize,
    })),
  }, () =>
    table(
      [{ title: "KIND" }, { title: "VECTORS", align: "right" }, { title: "" }],
      kinds.map(({ kind, count, maskable }) => [kind, String(count), maskable ? dim("maskable") : ""]),
    ));
}

async function watch(context: Context, input: Input): Promise<void> {
  const pokes = parsePokes(input.text("poke"));
  const options = {
    count: input.integer("count", { min: 1, max: MOST }),
    timeoutMs: input.integer("timeout", { min: 0, max: LONGEST_MS }),
    signal: context.signal,
  };
  const asked = input.integer("vectors", { min: 1, max: MOST_VECTORS });
  using device = openNamed(context, input.argument(0));
  const kind = chooseKind(device, input.text("type"));
  const interrupts = enable(context, device, kind, asked);
  const vectors = counted(interrupts.vectors.length, "vector");
  context.say(
    dim(`Watching ${vectors} of ${kind}${options.timeoutMs === undefined ? ". Ctrl-C ends it" : ""}`),
  );
  if (kind === "intx") {
    context.say(dim("INTx is a level: it comes again until the device's own register is acknowledged"));
  }
  const start = device.clock.now();
  const seen = new Set<number>();
  let all = 0;
  const watching = watchVectors(device.clock, interrupts, options, (arrival) => {
    seen.add(arrival.vector);
    all += arrival.count;
    tell(context, kind, arrival);
  });
  try {
    pokeAll(device, pokes);
    await watching;
  } finally {
    // Nobody else waits for it when a poke fails: closing the device ends it.
    watching.catch(() => {});
    const seconds = (device.clock.now() - start) / 1000;
    context.say(dim(`${counted(all, "interrupt")} on ${seen.size} of ${vectors} in ${seconds.toFixed(3)} s`));
  }
}

function tell(context: Context, kind: string, { vector, count, total, ms }: Arrival): void {
  context.stream(
    { kind, vector, count, total, ms },
    (): Line[] => [[
      `${kind} ${vector}`,
      green(`  +${count}`),
      `  total ${total}`,
      dim(`  +${(ms / 1000).toFixed(6)} s`),
    ]],
  );
}

async function trigger(context: Context, input: Input): Promise<number> {
  const index = parseInteger(input.optional(2) ?? "0", "trigger", { min: 0, max: MOST_VECTORS - 1 });
  const count = input.integer("count", { min: 1, max: MOST }) ?? 1;
  using device: PciDevice = openNamed(context, input.argument(0));
  const kind = chooseKind(device, input.text("type"));
  const { vectors } = enable(context, device, kind);
  const vector = vectors[index];
  if (vector === undefined) {
    throw new UsageError(
      `${device.address} has ${counted(vectors.length, "vector")} of ${kind}: there is no ${index}`,
    );
  }
  const { times, triggered, arrived } = await loopback(context, device.clock, vector, count);
  const sign = arrived === triggered ? green("✔ ") : red("✗ ");
  context.answer(
    { device: device.address, kind, vector: index, triggered, arrived, latency: latencyDocument(times) },
    () => [
      arrived < triggered
        ? [sign, `${kind} ${index}: ${arrived} of ${triggered} arrived; the last did not within 1 s`]
        : count === 1
        ? [sign, `${kind} ${index}: arrived after ${formatTime(times.max)}`]
        : [sign, `${kind} ${index}: ${arrived} of ${triggered} arrived  ${latencyText(times)}`],
    ],
  );
  return arrived === triggered ? EXIT.ok : EXIT.problems;
}
