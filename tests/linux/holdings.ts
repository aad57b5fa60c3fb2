/** What this process holds, as /proc tells: descriptors and mappings, which no test sanitizer sees. */
import { RealClock } from "../../os/clock.ts";
import { listFolder, readText } from "../../os/files.ts";
import { libc } from "../../os/libc.ts";

// Before any test: the sanitizers would take libc, which stays open, for a leak of the first one.
libc();

/** A thread that runs on is counted with what it has. */
const LONGEST_MS = 5000;

/** Descriptors and mappings. */
export interface Holdings {
  readonly descriptors: number;
  /** Mappings of devices and of memory files: others look like those that the engine makes all the time. */
  readonly mappings: number;
}

/** Counts what this process holds. */
export function holdings(): Holdings {
  waitForThreads();
  const mappings = readText("/proc/self/maps").match(/^.*(memfd:vfio|vfio-device|\/dev\/vfio).*$/gm) ?? [];
  return { descriptors: listFolder("/proc/self/fd").length, mappings: mappings.length };
}

/** The engine's threads for one call each have descriptors of their own, and end a while after the call has returned. */
function waitForThreads(): void {
  const clock = new RealClock();
  const deadline = clock.now() + LONGEST_MS;
  while (clock.now() < deadline && threads().some((name) => name.startsWith("worker-"))) clock.pause(1);
}

/** The names of this process's threads. */
function threads(): string[] {
  return listFolder("/proc/self/task").flatMap((id) => {
    try {
      return readText(`/proc/self/task/${id}/comm`);
    } catch {
      // It has ended just now.
      return [];
    }
  });
}

/** Whether anything is mapped at an address. */
export function isMapped(vaddr: bigint): boolean {
  return readText("/proc/self/maps").split("\n").some((line) => {
    const [start, end] = line.split(" ", 1).join().split("-");
    return start !== undefined && end !== undefined && vaddr >= BigInt(`0x${start}`) &&
      vaddr < BigInt(`0x${end}`);
  });
}
