/**
 * What the emulated IOMMU costs with 1, 1,000 and 60,000 live mappings: map and unmap, translation, and an access to a
 * register beside them. The page table is held against the same table in C (gcc -O2), batch by batch in turns.
 *
 *     deno run --allow-read --allow-write --allow-run=gcc --allow-ffi bench/host/iommu.ts [--json]
 *
 * Each count is measured in a Worker of its own, so that the engine knows nothing of the others.
 */
import type { Line } from "./iommu_worker.ts";
import { compile } from "./radix_table.ts";

/** How many mappings live. */
const COUNTS = [1, 1_000, 60_000] as const;

/** Measures one count. @param library Path of the compiled table in C. */
function measureIn(live: number, library: string): Promise<Line[]> {
  const url = new URL(
    `./iommu_worker.ts?${new URLSearchParams({ live: `${live}`, library })}`,
    import.meta.url,
  );
  const worker = new Worker(url, { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Line[]>();
  worker.onmessage = ({ data }: MessageEvent<Line[]>) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  return promise.finally(() => worker.terminate());
}

function row(...cells: readonly string[]): string {
  return cells.map((cell, i) => i === 0 ? cell.padEnd(38) : cell.padStart(9)).join(" ");
}

function print(lines: readonly Line[]): void {
  console.log(row("nanoseconds", "live", "Deno", "C", "Deno / C"));
  for (const group of Map.groupBy(lines, ({ what }) => what).values()) {
    for (const { what, live, ns, c, ratio } of group) {
      console.log(row(what, `${live}`, ns.toFixed(1), c?.toFixed(1) ?? "", ratio?.toFixed(2) ?? ""));
    }
  }
}

async function main(): Promise<void> {
  using library = compile();
  const lines: Line[] = [];
  for (const live of COUNTS) lines.push(...await measureIn(live, library.path));
  if (Deno.args.includes("--json")) console.log(JSON.stringify(lines, undefined, 2));
  else print(lines);
}

if (import.meta.main) await main();
