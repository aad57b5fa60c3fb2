/**
 * Runs random sequences on the emulated host and on this machine's kernel, side by side in one process, and prints the
 * shortest ones on which they differ:
 *
 *     deno run -A tests/fuzz/run.ts FAMILY SEED OPERATIONS [SECONDS]
 *
 * @module
 */
import { EmulatedFixture } from "../conformance/fixtures/emulated_fixture.ts";
import { plugsFromEnvironment, runningKernel } from "../conformance/fixtures/linux/plugs.ts";
import { LinuxFixture } from "../conformance/fixtures/linux_fixture.ts";
import { compare, formatDifference, shrink } from "./compare.ts";
import type { Machines } from "./compare.ts";
import { config } from "./config.ts";
import { dma } from "./dma.ts";
import type { Family } from "./family.ts";
import { groups } from "./groups.ts";
import { irqs } from "./irqs.ts";
import { Random } from "./random.ts";

// deno-lint-ignore no-explicit-any -- each family has operations of its own, which nobody here looks at
const FAMILIES: readonly Family<any>[] = [dma, groups, irqs, config];
/** More are mostly the same again. */
const MOST = 3;

/** Runs sequences of a family until there were enough operations, or the time is up. */
function run<Op>(family: Family<Op>, seed: number, operations: number, seconds: number): boolean {
  const kernel = runningKernel();
  const machines: Machines = {
    model: new EmulatedFixture({ kernel, mode: "type1v2", iommu: "vt-d" }),
    truth: new LinuxFixture({ kernel, mode: "type1v2", iommu: "vt-d", plugs: plugsFromEnvironment() }),
  };
  const random = new Random(seed);
  const reached = new Set<string>();
  const start = performance.now();
  let sequences = 0;
  let done = 0;
  let differences = 0;
  while (done < operations && performance.now() - start < seconds * 1000 && differences < MOST) {
    const ops = family.draw(random);
    const found = compare(family, machines, ops, reached);
    sequences++;
    done += found?.ops.length ?? ops.length;
    if (found === undefined) continue;
    differences++;
    console.log(`difference ${differences}, in sequence ${sequences}:`);
    console.log(formatDifference(shrink(family, machines, found)));
  }
  const took = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `${family.name}, seed ${seed}: ${done} operations in ${sequences} sequences, ${differences} differences, ` +
      `${reached.size} corners, ${took} s, Linux ${Deno.osRelease()}`,
  );
  return differences === 0;
}

const [name, seed = "1", operations = "1000", seconds = "Infinity"] = Deno.args;
const family = FAMILIES.find((one) => one.name === name);
if (family === undefined) {
  console.error(`usage: run.ts ${FAMILIES.map((one) => one.name).join("|")} SEED OPERATIONS [SECONDS]`);
  Deno.exit(2);
}
Deno.exit(run(family, Number(seed), Number(operations), Number(seconds)) ? 0 : 1);
