/** Running checks: one after the other, each with an outcome. */
import { VfioError } from "../../mod.ts";
import type { Bench, Check, Outcome } from "./check.ts";
import { CheckFailed } from "./check.ts";

/** Runs a check: what fails in it is its outcome, and nobody's exception. @throws {Interrupted} at Ctrl-C. */
export async function runCheck(check: Check, bench: Bench): Promise<Outcome> {
  const { context: { signal }, device: { clock } } = bench;
  signal.throwIfAborted();
  const start = clock.now();
  try {
    const found = await check.run(bench);
    return { name: check.name, ok: true, ms: clock.now() - start, ...found };
  } catch (error) {
    if (!(error instanceof VfioError || error instanceof CheckFailed)) {
      throw error;
    }
    return { name: check.name, ok: false, ms: clock.now() - start, message: error.message };
  }
}
