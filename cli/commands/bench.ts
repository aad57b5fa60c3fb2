/** `vfio bench`: how long accesses, interrupts and mappings take. */
import type { DmaMapping, PciDevice, RegionName } from "../../mod.ts";
import { formatSize, formatTime, LatencyHistogram } from "../../views/mod.ts";
import { clockOverhead, measure } from "../bench/measure.ts";
import type { Measurement } from "../bench/measure.ts";
import type { Input, VfioCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { parseSize } from "../dma/size.ts";
import { EXIT, UsageError } from "../errors.ts";
import { chooseKind, enable } from "../irq/kinds.ts";
import { loopback } from "../irq/trigger.ts";
import { latencyDocument } from "../latency.ts";
import { load } from "../mem/access.ts";
import { findPlace } from "../mem/place.ts";
import { BIGGEST, regionOf } from "../mem/region.ts";
import { openNamed } from "../open.ts";
import { draw, SVG_OPTION } from "../svg.ts";
import { dim } from "../text.ts";

const COUNT = 10_000;
const MOST = 1e8;
const DEFAULT_PLACE = "0:0x0";
const DEFAULT_SIZE = "4K";
const PLACE = /^([0-5]):(.+)$/;

/** Times that were measured. */
interface Results {
  readonly times: readonly LatencyHistogram[];
  /** Taken off each time, in nanoseconds. */
  readonly overheadNs: number;
  /** What was done. */
  readonly what: string;
}

export const bench: VfioCommand = {
  name: "bench",
  summary: "Measure accesses, interrupts and mappings",
  description:
    "mmio reads a register over and over: choose one that reading does not change. irq fires an interrupt through the " +
    "kernel and waits for it. map maps memory for the device and takes it away; --svg draws the mapping. What looking at the clock costs is taken " +
    "off; the percentiles are those of what is left.",
  arguments: [
    { name: "device", text: "which device", values: "devices" },
    { name: "what", text: "what to measure", values: ["mmio", "irq", "map"] },
  ],
  options: [
    { flags: "-n, --count <n>", text: `how often; without it ${COUNT}` },
    { flags: "--at <place>", text: `mmio: which register, BAR:OFF; without it ${DEFAULT_PLACE}` },
    { flags: "--size <size>", text: `map: how much memory; without it ${DEFAULT_SIZE}` },
    SVG_OPTION,
  ],
  examples: [
    "vfio bench 01:00.0 mmio --at 0:0x8",
    "vfio bench 00:04.0 irq -n 1000 --emulated edu",
    "vfio bench 01:00.0 map --size 2M --svg map.svg",
  ],
  async run(context, input) {
    const what = input.argument(1);
    checkOptions(input, what);
    const count = input.integer("count", { min: 1, max: MOST }) ?? COUNT;
    // From here on Ctrl-C ends it in order, with the device closed.
    context.signal.throwIfAborted();
    const prepare = what === "mmio" ? mmio(input) : what === "map" ? map(input) : irq;
    const { address, results } = await openAndRun(context, input, (device) => {
      const overheadNs = clockOverhead(device.clock);
      return prepare(context, device, { clock: device.clock, count, overheadNs });
    });
    const [first = new LatencyHistogram(what)] = results.times;
    if (!await draw(context, input, () => first)) answer(context, address, what, results);
    return results.times.every((times) => times.count === count) ? EXIT.ok : EXIT.problems;
  },
};

type Prepared = (context: Context, device: PciDevice, measurement: Measurement) => Promise<Results>;

async function openAndRun(
  context: Context,
  input: Input,
  run: (device: PciDevice) => Promise<Results>,
): Promise<{ readonly address: string; readonly results: Results }> {
  using device = openNamed(context, input.argument(0));
  return { address: device.address, results: await run(device) };
}

/** An option of another measurement would do nothing, and say nothing. */
function checkOptions(input: Input, what: string): void {
  for (const [option, owner] of [["at", "mmio"], ["size", "map"]] as const) {
    if (input.text(option) !== undefined && what !== owner) {
      throw new UsageError(`--${option} is for ${owner}, not for ${what}`);
    }
  }
}

function mmio(input: Input): Prepared {
  const text = input.text("at") ?? DEFAULT_PLACE;
  const [, bar, offset] = PLACE.exec(text) ?? [];
  if (bar === undefined || offset === undefined) {
    throw new UsageError(`--at takes BAR:OFF, as 0:0x8, not '${text}'`);
  }
  const region = `bar${bar}` as RegionName;
  const place = findPlace({ region, size: BIGGEST, map: undefined, width: undefined }, offset);
  return async (context, device, measurement) => {
    const memory = regionOf(device, region);
    if (place.offset + 4 > memory.size) {
      throw new UsageError(`'${text}' is outside: ${region} has 0x${memory.size.toString(16)} bytes`);
    }
    const name = `read of 32 bits at ${text}`;
    const times = await measure(context, measurement, {
      [name]: () => load(memory, place.offset, place.width),
    });
    return { times, overheadNs: measurement.overheadNs, what: name };
  };
}

function map(input: Input): Prepared {
  const size = parseSize(input.text("size") ?? DEFAULT_SIZE);
  return async (context, device, measurement) => {
    using memory = context.backend.allocate(size);
    const text = formatSize(BigInt(memory.size));
    let mapping: DmaMapping | undefined;
    using _last = { [Symbol.dispose]: () => mapping?.[Symbol.dispose]() };
    const times = await measure(context, measurement, {
      [`map ${text}`]: () => mapping = device.map(memory),
      [`unmap ${text}`]: () => mapping?.[Symbol.dispose](),
    });
    return { times, overheadNs: measurement.overheadNs, what: `map and unmap ${text}` };
  };
}

async function irq(
  context: Context,
  device: PciDevice,
  { clock, count }: Measurement,
): Promise<Results> {
  const kind = chooseKind(device, undefined);
  using interrupts = enable(context, device, kind);
  const { times } = await loopback(context, clock, interrupts.vectors[0], count);
  return { times: [times], overheadNs: 0, what: `loopback of ${kind} 0` };
}

function answer(
  context: Context,
  device: string,
  what: string,
  { times, overheadNs, what: text }: Results,
): void {
  context.answer({
    device,
    measured: what,
    what: text,
    overheadNs,
    results: times.map((each) => ({ name: each.name, latency: latencyDocument(each) })),
  }, () => times.flatMap((each) => each.toString().split("\n").map((line) => [line])));
  if (overheadNs > 0) context.detail(dim(`${formatTime(overheadNs)} for the clock are taken off each time`));
}
