/**
 * Measures the library against C inside a guest, and prints each line as JSON: what tests/vm/bench.ts runs there.
 *
 *     deno run -A bench/vm/guest.ts LIBRARY EDU EDU_2 PAIRS ROUNDS WARM_UP_MS [PART...]
 */
import type { Line } from "../line.ts";
import { interruptLines } from "./interrupts.ts";
import { openMachine } from "./machine.ts";
import { mappingLines } from "./mappings.ts";
import { openingLines } from "./opening.ts";
import { regionLines } from "./regions.ts";
import { registerLines } from "./registers.ts";

const [library = "", edu = "", other = "", pairs, rounds, warmUpMs, ...parts] = Deno.args;
const effort = { pairs: Number(pairs), rounds: Number(rounds), warmUpMs: Number(warmUpMs) };
using machine = openMachine(library, edu);

const ALL: Readonly<Record<string, () => AsyncGenerator<Line>>> = {
  registers: () => registerLines(machine, effort),
  regions: () => regionLines(machine, effort),
  mappings: () => mappingLines(machine, effort),
  interrupts: () => interruptLines(machine, effort),
  opening: () => openingLines(machine.twin, other, effort),
};

for (const [part, lines] of Object.entries(ALL)) {
  if (parts.length > 0 && !parts.includes(part)) continue;
  for await (const line of lines()) console.log(JSON.stringify(line));
}
