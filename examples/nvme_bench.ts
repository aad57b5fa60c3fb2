/**
 * Measures how fast an NVMe controller reads: on an emulated host (in the device's own, virtual time), without any
 * permission, or on hardware. It only reads.
 *
 *     deno run examples/nvme_bench.ts
 *     deno run --allow-ffi examples/nvme_bench.ts --backend linux 0000:01:00.0 --commands 200000 --depths 1,32,128
 */
import { openDevice } from "@vfio/vfio";
import type { Clock, PciDevice } from "@vfio/vfio";
import { EmulatedNvme } from "@vfio/vfio/devices";
import { openNvme } from "@vfio/vfio/nvme";
import type { Nvme, NvmeHandler, NvmeNamespace, NvmeQueue, NvmeTransfer } from "@vfio/vfio/nvme";
import { parse, refuse, run, targetOf } from "./arguments.ts";

const PROGRAM = "examples/nvme_bench.ts";
const GRAMMAR = { options: { "--commands": "COUNT", "--depths": "N,N,..." } };
const RANDOM_SIZE = 4096;
const SEQUENTIAL_SIZE = 128 * 1024;
const SEQUENTIAL_DEPTH = 8;
/** Polls between two looks at the clock, and how long nothing may come. */
const LOOK_EVERY = 4096;
const STUCK_MS = 10_000;

/** What is measured. */
interface Workload {
  readonly name: string;
  readonly depth: number;
  /** Bytes of a command. */
  readonly size: number;
  readonly commands: number;
  /** Gives the first block of the next command. */
  readonly next: () => number;
}

/** Keeps one command under way, over and over, without allocating anything. */
class Reader implements NvmeHandler {
  failed = 0;
  readonly #run: Run;
  readonly #memory: NvmeTransfer;

  constructor(run: Run, memory: NvmeTransfer) {
    this.#run = run;
    this.#memory = memory;
  }

  begin(): void {
    const { queue, namespace, blocks, workload } = this.#run;
    this.#run.begun++;
    queue.read(namespace, this.#memory, workload.next(), blocks, this);
  }

  completed(_id: number, status: number): void {
    if (status !== 0) this.failed = status;
    this.#run.ended++;
    if (this.#run.begun < this.#run.workload.commands) this.begin();
  }
}

/** One measurement under way. */
class Run {
  begun = 0;
  ended = 0;
  readonly queue: NvmeQueue;
  readonly namespace: NvmeNamespace;
  readonly workload: Workload;
  readonly blocks: number;

  constructor(queue: NvmeQueue, namespace: NvmeNamespace, workload: Workload) {
    this.queue = queue;
    this.namespace = namespace;
    this.workload = workload;
    this.blocks = workload.size / namespace.blockSize;
  }

  /** Milliseconds that all commands took. */
  measure(clock: Clock, transfers: readonly NvmeTransfer[]): number {
    const { queue, workload } = this;
    const readers = transfers.slice(0, workload.depth).map((memory) => new Reader(this, memory));
    const start = clock.now();
    for (const reader of readers) reader.begin();
    queue.ring();
    let last = start;
    let idle = 0;
    while (this.ended < workload.commands) {
      if (queue.poll() > 0) {
        queue.ring();
        idle = 0;
      } else if (++idle % LOOK_EVERY === 0) {
        if (idle === LOOK_EVERY) last = clock.now();
        if (clock.now() > last + STUCK_MS) throw new Error(`Nothing came for ${STUCK_MS} ms`);
      }
    }
    const ms = clock.now() - start;
    const failed = readers.find((reader) => reader.failed !== 0);
    if (failed !== undefined) throw new Error(`A read ended with status 0x${failed.failed.toString(16)}`);
    return ms;
  }
}

/** Aligned places anywhere in the namespace, the same at each run. */
function randomly(namespace: NvmeNamespace, blocks: number): () => number {
  const places = Math.min(2 ** 32, Math.floor(Number(namespace.blocks) / blocks));
  let state = 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * places) * blocks;
  };
}

/** One place after the other, from the start again at the end. */
function inOrder(namespace: NvmeNamespace, blocks: number): () => number {
  const places = Math.floor(Number(namespace.blocks) / blocks);
  let place = -1;
  return () => {
    place = place + 1 < places ? place + 1 : 0;
    return place * blocks;
  };
}

function workloads(
  nvme: Nvme,
  namespace: NvmeNamespace,
  depths: readonly number[],
  commands: number,
): Workload[] {
  const random = Math.max(RANDOM_SIZE, namespace.blockSize);
  const sequential = Math.min(SEQUENTIAL_SIZE, nvme.identity.maxTransfer);
  return [
    ...depths.map((depth) => ({
      name: `random read ${random / 1024} KiB`,
      depth,
      size: random,
      commands: Math.max(depth, commands),
      next: randomly(namespace, random / namespace.blockSize),
    })),
    {
      name: `sequential read ${sequential / 1024} KiB`,
      depth: SEQUENTIAL_DEPTH,
      size: sequential,
      commands: Math.max(SEQUENTIAL_DEPTH, Math.ceil(commands / 8)),
      next: inOrder(namespace, sequential / namespace.blockSize),
    },
  ];
}

function bench(device: PciDevice, nvme: Nvme, depths: readonly number[], commands: number): void {
  const [namespace] = nvme.namespaces;
  const [queue] = nvme.queues;
  if (namespace === undefined || queue === undefined) throw new Error("There is no namespace to read");
  const all = workloads(nvme, namespace, depths, commands);
  using transfers = new DisposableStack();
  console.log(row(["workload", "depth", "commands", "ms", "IOPS", "MiB/s", "mean us"]));
  for (const workload of all) {
    const { name, depth, size } = workload;
    const buffer = transfers.use(device.allocate(depth * size));
    const pieces = Array.from(
      { length: depth },
      (_, i) => transfers.use(nvme.prepare(buffer, i * size, size)),
    );
    const ms = new Run(queue, namespace, workload).measure(device.clock, pieces);
    const iops = (workload.commands / ms) * 1000;
    const columns = [ms.toFixed(2), iops.toFixed(0), ((iops * size) / 2 ** 20).toFixed(0)];
    console.log(row([name, depth, workload.commands, ...columns, ((1e6 * depth) / iops).toFixed(1)]));
  }
}

function row(columns: readonly (string | number)[]): string {
  return columns.map((each, i) => i === 0 ? String(each).padEnd(24) : String(each).padStart(9)).join(" ");
}

async function main(): Promise<void> {
  const line = parse(Deno.args, GRAMMAR) ?? refuse(PROGRAM, GRAMMAR);
  const commands = Number(line.options.get("--commands") ?? (line.address === undefined ? 2000 : 50_000));
  const depths = (line.options.get("--depths") ?? "1,8,32,128").split(",").map(Number);
  const fit = depths.every((depth) => Number.isInteger(depth) && depth >= 1 && depth <= 1024);
  if (!Number.isSafeInteger(commands) || commands < 1 || !fit) refuse(PROGRAM, GRAMMAR);
  const { backend, address } = targetOf(line.address, () => new EmulatedNvme());
  using device = openDevice(address, { backend });
  await using nvme = await openNvme(device, { entries: Math.max(SEQUENTIAL_DEPTH, ...depths) + 1 });
  const most = nvme.queues[0]?.capacity ?? 0;
  if (depths.some((depth) => depth > most)) {
    throw new RangeError(`Cannot go deeper than ${most}: the queue is no longer`);
  }
  console.log(`${address} on ${backend.name}: ${nvme.identity.model}, NVMe ${nvme.capabilities.version}`);
  bench(device, nvme, depths, commands);
}

await run(main);
