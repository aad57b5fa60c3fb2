/** An access to a device's memory, as QEMU's trace event `memory_region_ops_read` or `_write` tells it. */
export interface Access {
  readonly kind: "read" | "write";
  /** In bits. */
  readonly width: number;
  /** Guest-physical. */
  readonly address: bigint;
  readonly value: bigint;
  /** QEMU's name of the memory region, e.g. `edu-mmio`. */
  readonly region: string;
}

const LINE =
  /memory_region_ops_(read|write) cpu -?\d+ mr \S+ addr (0x[0-9a-f]+) value (0x[0-9a-f]+) size (\d+) name '([^']*)'/;

/** Reads a line of the trace; undefined when it is about something else. */
export function parseAccess(line: string): Access | undefined {
  const [, kind, address, value, size, region] = LINE.exec(line) ?? [];
  if (kind === undefined || address === undefined || value === undefined || region === undefined) {
    return undefined;
  }
  return {
    kind: kind === "read" ? "read" : "write",
    width: Number(size) * 8,
    address: BigInt(address),
    value: BigInt(value),
    region,
  };
}

/**
 * Splits accesses into phases.
 *
 * @param markerOf Tells the name of the phase that an access begins; undefined for one that is part of a phase.
 * @returns The accesses of each phase, markers and everything before the first marker left out.
 */
export function phases(
  accesses: readonly Access[],
  markerOf: (access: Access) => string | undefined,
): Map<string, Access[]> {
  const found = new Map<string, Access[]>();
  let current: Access[] | undefined;
  for (const access of accesses) {
    const marker = markerOf(access);
    if (marker === undefined) {
      current?.push(access);
      continue;
    }
    current = found.get(marker) ?? [];
    found.set(marker, current);
  }
  return found;
}

/** Counts accesses by kind and width, e.g. `{ R32: 2, W32: 1 }`. */
export function tally(accesses: readonly Access[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, width } of accesses) {
    const key = `${kind === "read" ? "R" : "W"}${width}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/**
 * Reads the lines of a trace that contain one of the given texts. It may have hundreds of megabytes, so it is
 * never in memory as a whole.
 */
export async function readTrace(path: string, containing: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  let rest = "";
  function take(line: string): void {
    if (containing.some((text) => line.includes(text))) kept.push(line);
  }
  const file = await Deno.open(path);
  for await (const text of file.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  take(rest);
  return kept;
}
