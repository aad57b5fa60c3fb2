/** Registers the suite's cases as tests, for one machine. */
import { assertEquals } from "@std/assert";
import { RULES } from "./all.ts";
import type { Fixture } from "./fixture.ts";
import { summary } from "./registry.ts";
import { obstacle } from "./rule.ts";

/** A machine to run the suite on. */
export interface MachineUnderTest {
  /** Stands behind the name of every test: "emulated 7.2, type1v2". */
  readonly title: string;
  /** Lends the machine for one case. */
  readonly lend: () => Fixture;
}

/** Registers every case that the machine can run, and prints which it cannot. */
export function runOn({ title, lend }: MachineUnderTest): void {
  using sample = lend();
  console.log(summary(title, sample));
  for (const rule of RULES) {
    if (obstacle(rule.needs, sample) !== undefined) continue;
    Deno.test(`${rule.name} (${title})`, async () => {
      using machine = lend();
      const before = machine.holdings();
      await rule.run(machine);
      assertEquals(machine.holdings(), before, "the case must leave what it found");
    });
  }
}
