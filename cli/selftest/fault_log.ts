/** What the kernel's log says of accesses that the IOMMU blocked. */
import { parseFault } from "../../iommu/mod.ts";
import type { Context } from "../context.ts";
import { rest } from "../turn.ts";

/** How often, and how far apart in milliseconds, the log is looked at. */
const LOOKS = 20;
const PERIOD_MS = 10;

/** The number of the log's last line so far; -1 where there is none, or this user may not read it. */
export function lastLine({ host }: Context): number {
  return host.kernelLog()?.at(-1)?.sequence ?? -1;
}

/** What is searched for. */
export interface FaultQuery {
  /** Only lines behind that one. */
  readonly line: number;
  /** The device. */
  readonly address: string;
  readonly iova: bigint;
}

/**
 * Waits for the lines about a device's access to an address: the IOMMU tells the kernel by an interrupt of its own.
 *
 * @returns Those about the address, each once; without any, what else is told of the device, for not every IOMMU tells
 * addresses. None when there are none; undefined when this user may not read the log.
 */
export async function faultsAfter(context: Context, query: FaultQuery): Promise<string[] | undefined> {
  for (let look = 1;; look++) {
    const found = find(context, query);
    if (found === undefined) return undefined;
    const there = found.filter(({ isThere }) => isThere);
    if (there.length > 0 || look === LOOKS) {
      return [...new Set((there.length > 0 ? there : found).map(({ text }) => text))];
    }
    await rest(context.backend.clock, PERIOD_MS, context.signal);
  }
}

function find(
  { host }: Context,
  { line, address, iova }: FaultQuery,
): { readonly text: string; readonly isThere: boolean }[] | undefined {
  return host.kernelLog(line)?.flatMap(({ text }) => {
    const fault = parseFault(text);
    return fault?.address === address ? [{ text, isThere: fault.iova >> 12n === iova >> 12n }] : [];
  });
}
