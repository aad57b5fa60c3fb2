import { MACHINES, runSuite, titleOf } from "./conformance_machines.ts";
import { requirePassed } from "./harness/mod.ts";

for (const machine of MACHINES) {
  Deno.test(`the conformance suite passes on Linux ${titleOf(machine)}`, async () => {
    requirePassed(`conformance, Linux ${titleOf(machine)}`, await runSuite(machine));
  });
}
