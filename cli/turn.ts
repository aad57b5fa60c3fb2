/** Turns of the event loop, in which Ctrl-C is heard. */
import type { Clock } from "../mod.ts";

/**
 * Rests, and gives the event loop a turn: virtual time passes without one.
 *
 * @param signal Cancels: the promise rejects with the signal's reason.
 */
export async function rest(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(ms, signal);
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal.throwIfAborted();
}
