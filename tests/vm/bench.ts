/**
 * Measures the library against C, on a real kernel and by its public interface: what `deno task bench:vm` runs.
 *
 *     deno task bench:vm [--keep] [--quick] [PART...]
 *
 * Parts are registers, regions, mappings, interrupts and opening. The guest is booted twice: with a clock that shows
 * time, and with one that counts instructions, whose ratios repeat to 0.1 %. A device's access is one instruction there
 * and its threads answer at once, so registers, interrupts and opening are told by time alone. `--keep`, with all
 * parts, writes bench/results/vm.json, which the next run is compared with.
 *
 * @module
 */
import { compile } from "../../bench/c/library.ts";
import { compareWithKept, keep } from "../../bench/kept.ts";
import type { Line } from "../../bench/line.ts";
import { print } from "../../bench/table.ts";
import type { BootResult } from "./harness/mod.ts";
import { boot, Missing } from "./harness/mod.ts";
import { say } from "./harness/say.ts";

/** How much is measured: pairs, rounds, and milliseconds to warm up. */
interface Effort {
  readonly pairs: number;
  readonly rounds: number;
  readonly warmUpMs: number;
}

const THOROUGH: Effort = { pairs: 41, rounds: 3, warmUpMs: 4000 };
const QUICK: Effort = { pairs: 15, rounds: 1, warmUpMs: 2000 };
/** What counts repeats: the engine has to be warm, and that is all. */
const COUNTED: Effort = { pairs: 5, rounds: 1, warmUpMs: 1000 };
const COUNTED_PARTS = ["regions", "mappings"];

/** An emulated machine under load is slow. */
const TIMEOUT_MS = 1_800_000;

interface Run {
  readonly result: BootResult;
  readonly lines: readonly Line[];
}

async function run(
  library: Uint8Array,
  effort: Effort,
  icount: boolean,
  parts: readonly string[],
): Promise<Run> {
  const { pairs, rounds, warmUpMs } = effort;
  const args = ["$VFIO_EDU", "$VFIO_EDU_2", pairs, rounds, warmUpMs, ...parts].join(" ");
  const result = await boot({
    devices: ["edu", "edu"],
    files: { "bench.so": library },
    // A second processor's wake-ups would measure this machine's scheduler.
    smp: 1,
    icount,
    commandLine: "clocksource=tsc",
    timeoutMs: TIMEOUT_MS,
  }, `echo 8 > /proc/sys/vm/nr_hugepages\ndeno run -A --no-check bench/vm/guest.ts ./bench.so ${args}`);
  if (result.status !== 0) throw new Error(`${result.reason ?? `status ${result.status}`}\n${result.stderr}`);
  return { result, lines: result.stdout.trimEnd().split("\n").map((text) => JSON.parse(text) as Line) };
}

/** Adds the ratios of the instructions. */
function withInstructions(lines: readonly Line[], counted: readonly Line[]): Line[] {
  const ratios = new Map(counted.map(({ what, ratio }) => [what, ratio]));
  return lines.map((line) => {
    const instructions = ratios.get(line.what);
    return instructions === undefined ? line : { ...line, instructions };
  });
}

async function main(args: readonly string[]): Promise<void> {
  const parts = args.filter((arg) => !arg.startsWith("--"));
  const countedParts = COUNTED_PARTS.filter((part) => parts.length === 0 || parts.includes(part));
  using compiled = compile("vfio", "interrupts");
  const library = Deno.readFileSync(compiled.path);
  say("measuring time");
  const { result, lines } = await run(library, args.includes("--quick") ? QUICK : THOROUGH, false, parts);
  if (countedParts.length > 0) say("counting instructions");
  const counted = countedParts.length === 0 ? [] : (await run(library, COUNTED, true, countedParts)).lines;
  const all = withInstructions(lines, counted);
  print(all);
  console.log(`\n${compareWithKept("vm", all)}`);
  if (!args.includes("--keep") || parts.length > 0) return;
  const kernel = `${result.kernel} ${result.kernelVersion}`;
  keep("vm", { date: new Date().toISOString(), deno: Deno.version.deno, kernel, lines: all });
}

if (import.meta.main) {
  main(Deno.args).catch((error) => {
    if (!(error instanceof Missing)) throw error;
    say(error.message);
    Deno.exit(1);
  });
}
