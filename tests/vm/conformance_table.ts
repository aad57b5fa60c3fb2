/**
 * Runs the conformance suite on the emulated host and on real kernels, and prints the table of their agreement:
 *
 *     deno task conformance [MACHINE...]
 *
 * A machine is named by part of its title: "7.2", "virtio", "6.1, vt-d". All of them take ten minutes.
 *
 * @module
 */
import $ from "dax";
import type { Column, Row } from "../conformance/agreement.ts";
import { formatAgreement, outcomesOf, verdictOf } from "../conformance/agreement.ts";
import { RULES } from "../conformance/all.ts";
import { EMULATED, EmulatedFixture } from "../conformance/fixtures/emulated_fixture.ts";
import { WITHOUT_CASE } from "../conformance/numbers_data.ts";
import type { Need } from "../conformance/rule.ts";
import { obstacle } from "../conformance/rule.ts";
import type { ConformanceMachine } from "./conformance_machines.ts";
import { MACHINES, runSuite, titleOf } from "./conformance_machines.ts";
import type { TapReport } from "./harness/mod.ts";
import { Missing, parseTap, whatIsWrong } from "./harness/mod.ts";
import { CHECKOUT } from "./harness/checkout.ts";
import { say } from "./harness/say.ts";

/** A machine's column, and what went wrong beside single cases. */
interface Run {
  readonly column: Column;
  readonly wrong: string | undefined;
}

/** Runs the suite on the emulated host: a column for each machine that it is. */
async function emulated(): Promise<Run[]> {
  const args = ["test", "--no-check", "--no-prompt", "--reporter=tap", "tests/conformance/emulated_test.ts"];
  const report = parseTap(await $`${Deno.execPath()} ${args}`.cwd(CHECKOUT).noThrow().text());
  const wrong = report.complete ? undefined : "the emulated host's report stops short";
  return EMULATED.map(({ kernel, iommu }) => {
    const tests = report.tests.filter(({ name }) => name.includes(`(emulated ${kernel}, ${iommu}, `));
    return { column: columnOf(`emulated as ${kernel}, ${iommu}`, true, tests), wrong };
  });
}

/** Boots a machine and runs the suite there. */
async function linux(machine: ConformanceMachine): Promise<Run> {
  say(`running the suite on Linux ${titleOf(machine)}`);
  const result = await runSuite(machine);
  const report = parseTap(result.stdout);
  const [build] = /Debian \S+/.exec(result.kernelVersion) ?? [result.kernelVersion];
  const { iommu, user } = machine;
  const title = `Linux ${result.kernel} (${build}), ${iommu}${user ? ", as a user" : ""}`;
  return { column: columnOf(title, false, report.tests), wrong: whatIsWrong(result, report) };
}

function columnOf(title: string, emulated: boolean, tests: TapReport["tests"]): Column {
  return { title, emulated, outcomes: outcomesOf(tests) };
}

/** All cases, and the numbers that have none. */
function rows(): Row[] {
  using machine = new EmulatedFixture({ kernel: "7.2", iommu: "vt-d", mode: "type1v2" });
  const without = [...WITHOUT_CASE].map(([number, why]) => ({ number, name: `${number}.`, why }));
  const cases = RULES.map(({ number, name, needs }) => ({ number, name, why: whyNot(needs, machine) }));
  return [...cases, ...without].sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || 0);
}

/** Why the emulated host cannot run a case in any mode. */
function whyNot(needs: readonly Need[], machine: EmulatedFixture): string | undefined {
  return obstacle(needs.filter((need) => need !== "type1" && need !== "type1v2"), machine);
}

async function main(wanted: readonly string[]): Promise<number> {
  const machines = MACHINES.filter((machine) =>
    wanted.length === 0 || wanted.some((part) => titleOf(machine).includes(part))
  );
  const runs = await emulated();
  for (const machine of machines) runs.push(await linux(machine));
  const columns = runs.map(({ column }) => column);
  console.log(formatAgreement(columns, rows()));
  const wrong = runs.flatMap((run) => run.wrong === undefined ? [] : [`${run.column.title}: ${run.wrong}`]);
  for (const line of wrong) console.log(line);
  const differs = rows().some(({ name }) => verdictOf(columns, name) === "differs");
  return differs || wrong.length > 0 ? 1 : 0;
}

if (import.meta.main) {
  main(Deno.args).then(Deno.exit, (error) => {
    if (!(error instanceof Missing)) throw error;
    say(error.message);
    Deno.exit(1);
  });
}
