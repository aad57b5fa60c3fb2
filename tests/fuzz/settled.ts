/** Looks again for what comes a little later: interrupts take their way through the machine. */
import type { Clock } from "../../core/clock.ts";

/** How long something that must come may take, in milliseconds of the machine's clock. */
const PATIENCE_MS = 400;

/** Gives what `look` says once that is what is expected, or what it says at the end. */
export function settled(clock: Clock, look: () => string, expected: string | undefined): string {
  let said = look();
  if (expected === undefined) return said;
  const end = clock.now() + PATIENCE_MS;
  while (said !== expected && clock.now() < end) {
    clock.pause(1);
    said = look();
  }
  return said;
}
