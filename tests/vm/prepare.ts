/**
 * Fills the cache with what the tests boot, so that what is missing is said once and before any test:
 *
 *     deno run -A tests/vm/prepare.ts [KERNEL...]
 *
 * @module
 */
import { MACHINES } from "./conformance_machines.ts";
import { defaultKernel, emulator, Missing, prepare } from "./harness/mod.ts";
import { say } from "./harness/say.ts";
import { lspci, pciutilsDumps } from "./lspci/tool.ts";

/** What `deno task test:vm` boots. */
const KERNELS: ReadonlySet<string> = new Set([defaultKernel(), ...MACHINES.map(({ kernel }) => kernel)]);

async function main(kernels: readonly string[]): Promise<number> {
  try {
    for (const kernel of kernels.length > 0 ? kernels : KERNELS) await prepare(kernel);
    if (kernels.length > 0) return 0;
    await emulator("10.0");
    await emulator("11.1");
    await lspci();
    await pciutilsDumps();
    return 0;
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    say(error.message);
    return 1;
  }
}

if (import.meta.main) main(Deno.args).then(Deno.exit);
