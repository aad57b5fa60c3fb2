/** How often this thread reads and writes, as the kernel counts it. */
import { readText } from "../../os/files.ts";
import "./holdings.ts";

const COUNTS = "/proc/thread-self/io";

/** System calls that read and write, and their bytes. */
export interface Calls {
  readonly reads: number;
  readonly bytesRead: number;
  readonly writes: number;
  readonly bytesWritten: number;
}

/** Counts the calls that `action` makes. */
export function callsOf(action: () => unknown): Calls {
  const before = readText(COUNTS);
  action();
  const after = readText(COUNTS);
  function counted(name: string): number {
    const [first, last] = [before, after].map((text) =>
      Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1])
    );
    return (last ?? NaN) - (first ?? NaN);
  }
  return {
    // Looking the first time was two reads: the text, and that there is no more.
    reads: counted("syscr") - 2,
    bytesRead: counted("rchar") - before.length,
    writes: counted("syscw"),
    bytesWritten: counted("wchar"),
  };
}
