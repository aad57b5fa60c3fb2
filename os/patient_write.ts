/**
 * Writes that the kernel may hold for ever: what waits there cannot be ended, not even by SIGKILL, and keeps the process
 * that it is a thread of. So a process of its own makes them, and is left alone when it takes too long.
 */
import { RealClock } from "./clock.ts";
import { WNOHANG } from "./constants_data.ts";
import { addressOf, cString, libc } from "./libc.ts";

const SHELL = "/bin/sh";
/** Nothing of ours stays open in it, and no word is taken for anything but itself. */
const SCRIPT = 'exec <&- >&- 2>&-; printf %s "$2" >"$1"';
const STEP_MS = 2;

/** What came of a write; "failed": that may be made again, to see why. */
export type Outcome = "done" | "failed" | "waiting";

/** Writes a text into a file. @param timeoutMs Then it is left alone; it is done when the kernel lets it. */
export function writePatiently(path: string, text: string, timeoutMs: number): Outcome {
  const words = [SHELL, "-c", SCRIPT, SHELL, path, text].map(cString);
  const argv = new BigUint64Array([...words.map(addressOf), 0n]);
  const environment = new BigUint64Array(1);
  const pid = new Int32Array(1);
  const refused = libc().posixSpawn(pid, cString(SHELL), null, null, argv, environment);
  // Until here they are needed, by their addresses.
  words.length = 0;
  if (refused !== 0) return "failed";
  const clock = new RealClock();
  const status = new Int32Array(1);
  for (const deadline = clock.now() + timeoutMs; clock.now() < deadline; clock.pause(STEP_MS)) {
    const ended = libc().waitpid(pid[0] ?? 0, status, WNOHANG);
    if (ended !== 0) return ended > 0 && status[0] === 0 ? "done" : "failed";
  }
  return "waiting";
}
