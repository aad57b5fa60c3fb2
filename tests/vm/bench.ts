/**
 * Measures the library against C, on a real kernel and by its public interface: what `deno task bench:vm` runs.
 *
 *     deno task bench:vm [--keep] [--quick] [PART...]
 *
 * Parts are registers, regions, mappings, interrupts, opening and nvme. The guest is booted twice: with a clock that
 * shows time, and with one that counts instructions, whose ratios repeat to 0.1 %. A device's access is one instruction
 * there and its threads answer at once, so registers and interrupts are told by time alone; so is NVMe, which has a
 * machine of its own. `--keep` writes bench/results/vm.json, of some parts only their lines; the next run is compared
 * with it.
 *
 * @module
 */
import { compile } from "../../bench/c/library.ts";
import { compareWithKept, keep } from "../../bench/kept.ts";
import type { Line } from "../../bench/line.ts";
import { print } from "../../bench/table.ts";
import type { BootOptions, BootResult } from "./harness/mod.ts";
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
const COUNTED_PARTS = ["regions", "mappings", "opening"];

/** It wants a machine of its own. */
const NVME = "nvme";
/** The disk of the controller that the kernel's driver gets. */
const DISK = "/dev/nvme0n1";
const DENO = "deno run -A --no-check";

/** An emulated machine under load is slow. */
const TIMEOUT_MS = 1_800_000;

interface Run {
  readonly result: BootResult;
  readonly lines: readonly Line[];
}

/** Measures on two edu devices. */
function run(library: Uint8Array, effort: Effort, icount: boolean, parts: readonly string[]): Promise<Run> {
  const { pairs, rounds, warmUpMs } = effort;
  const args = ["$VFIO_EDU", "$VFIO_EDU_2", pairs, rounds, warmUpMs, ...parts].join(" ");
  const script = `echo 8 > /proc/sys/vm/nr_hugepages\n${DENO} bench/vm/guest.ts ./bench.so ${args}`;
  return measured({ devices: ["edu", "edu"], icount }, library, script);
}

/** Measures on five controllers: the library's four, and one that the kernel's driver gets. */
function runNvme(library: Uint8Array, { pairs, rounds, warmUpMs }: Effort): Promise<Run> {
  const addresses = "$VFIO_NVME $VFIO_NVME_2 $VFIO_NVME_3 $VFIO_NVME_4";
  const script = `
    vfio-unbind $VFIO_NVME_5 && modprobe nvme
    for i in 1 2 3 4 5; do [ -e ${DISK} ] || sleep 1; done
    ${DENO} bench/vm/nvme_guest.ts ./bench.so ${pairs} ${rounds} ${warmUpMs} ${DISK} ${addresses}`;
  return measured({ devices: Array.from({ length: 5 }, () => "nvme") }, library, script);
}

async function measured(options: BootOptions, library: Uint8Array, script: string): Promise<Run> {
  const result = await boot({
    ...options,
    files: { "bench.so": library },
    // A second processor's wake-ups would measure this machine's scheduler.
    smp: 1,
    commandLine: "clocksource=tsc",
    timeoutMs: TIMEOUT_MS,
  }, script);
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
  const wanted = (part: string) => parts.length === 0 || parts.includes(part);
  const others = parts.filter((part) => part !== NVME);
  const countedParts = COUNTED_PARTS.filter(wanted);
  using compiled = compile("vfio", "interrupts", "nvme", "nvme_block");
  const library = Deno.readFileSync(compiled.path);
  const effort = args.includes("--quick") ? QUICK : THOROUGH;
  const runs: Run[] = [];
  if (parts.length === 0 || others.length > 0) {
    say("measuring time");
    runs.push(await run(library, effort, false, others));
  }
  if (wanted(NVME)) {
    say("measuring NVMe");
    runs.push(await runNvme(library, effort));
  }
  if (countedParts.length > 0) say("counting instructions");
  const counted = countedParts.length === 0 ? [] : (await run(library, COUNTED, true, countedParts)).lines;
  const all = withInstructions(runs.flatMap(({ lines }) => lines), counted);
  print(all);
  console.log(`\n${compareWithKept("vm", all)}`);
  const [first] = runs;
  if (!args.includes("--keep") || first === undefined) return;
  const kernel = `${first.result.kernel} ${first.result.kernelVersion}`;
  const results = { date: new Date().toISOString(), deno: Deno.version.deno, kernel, lines: all };
  keep("vm", results, parts.length === 0);
}

if (import.meta.main) {
  main(Deno.args).catch((error) => {
    if (!(error instanceof Missing)) throw error;
    say(error.message);
    Deno.exit(1);
  });
}
