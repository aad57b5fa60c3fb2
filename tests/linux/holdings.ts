/** What this process holds, as /proc tells: descriptors and mappings, which no test sanitizer sees. */
import { listFolder, readText } from "../../os/files.ts";
import { libc } from "../../os/libc.ts";

// Before any test: the sanitizers would take libc, which stays open, for a leak of the first one.
libc();

/** Descriptors and mappings. */
export interface Holdings {
  readonly descriptors: number;
  /** Mappings of devices and of memory files: others look like those that the engine makes all the time. */
  readonly mappings: number;
}

/** Counts what this process holds. */
export function holdings(): Holdings {
  const mappings = readText("/proc/self/maps").match(/^.*(memfd:vfio|vfio-device|\/dev\/vfio).*$/gm) ?? [];
  return { descriptors: listFolder("/proc/self/fd").length, mappings: mappings.length };
}

/** Whether anything is mapped at an address. */
export function isMapped(vaddr: bigint): boolean {
  return readText("/proc/self/maps").split("\n").some((line) => {
    const [start, end] = line.split(" ", 1).join().split("-");
    return start !== undefined && end !== undefined && vaddr >= BigInt(`0x${start}`) &&
      vaddr < BigInt(`0x${end}`);
  });
}
