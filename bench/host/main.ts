/**
 * What needs no device: calls into C, the accesses, typed registers, the IOVA allocator, signals, the NVMe driver's queues,
 * and the emulated host.
 *
 *     deno task bench [--keep] [--json] [PART...]
 *
 * Each part is measured in a Worker of its own, so that the engine knows nothing of the others. What has a twin in C
 * (gcc -O2) is held against it, batch by batch in turns. `--keep` writes bench/results/host.json, of some parts only
 * their lines; the next run is compared with it.
 */
import { compile } from "../c/library.ts";
import { compareWithKept, keep } from "../kept.ts";
import type { Line } from "../line.ts";
import { print } from "../table.ts";

/** The modules of each part, with their parameters. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  calls: ["calls.ts?"],
  memory: ["memory.ts?"],
  registers: ["registers.ts?"],
  allocator: ["allocator.ts?"],
  interrupts: ["interrupts.ts?"],
  nvme: ["nvme.ts?depth=1&", "nvme.ts?depth=32&", "nvme.ts?depth=128&"],
  iommu: ["iommu.ts?live=1&", "iommu.ts?live=1000&", "iommu.ts?live=60000&"],
};

/** Measures what one module has. @param library Path of the compiled C. */
function measureIn(module: string, library: string): Promise<Line[]> {
  const url = new URL(`./${module}${new URLSearchParams({ library })}`, import.meta.url);
  const worker = new Worker(url, { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Line[]>();
  worker.onmessage = ({ data }: MessageEvent<Line[]>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(`${module} failed: ${event.message}`));
  };
  return promise.finally(() => worker.terminate());
}

async function main(args: readonly string[]): Promise<void> {
  const wanted = args.filter((arg) => !arg.startsWith("--"));
  const parts = Object.entries(PARTS).filter(([name]) => wanted.length === 0 || wanted.includes(name));
  using library = compile("calls", "radix_table", "vfio", "nvme", "nvme_block");
  const lines: Line[] = [];
  for (const module of parts.flatMap(([, modules]) => modules)) {
    lines.push(...await measureIn(module, library.path));
  }
  const results = { date: new Date().toISOString(), deno: Deno.version.deno, lines };
  if (args.includes("--json")) console.log(JSON.stringify(results, undefined, 2));
  else {
    print(lines);
    console.log(`\n${compareWithKept("host", lines)}`);
  }
  if (args.includes("--keep")) keep("host", results, wanted.length === 0);
}

if (import.meta.main) await main(Deno.args);
