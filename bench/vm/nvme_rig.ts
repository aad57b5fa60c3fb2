/** A controller that the library opened, with two pairs of queues: the library drives the first, C the second. */
import type { DmaBuffer, PciDevice } from "@vfio/vfio";
import { openNvme } from "@vfio/vfio/nvme";
import type { Nvme, NvmeNamespace, NvmeQueue, NvmeTransfer } from "@vfio/vfio/nvme";
import { openNvmeTwin, packTransfers, pointerTo } from "../nvme_twin.ts";
import type { NvmeTwin } from "../nvme_twin.ts";
import { Reads } from "../nvme_reads.ts";
import { openMachine } from "./machine.ts";

/** Entries of each queue: enough for the deepest that is measured. */
const ENTRIES = 256;
/** A power of two, for C. */
const PLACES = 4096;

/** What is read: how much at a time, and where. */
export interface Pattern {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly order: "random" | "sequential";
}

export const RANDOM: Pattern = { name: "4 KiB random reads", size: 4096, order: "random" };
export const SEQUENTIAL: Pattern = { name: "128 KiB in order", size: 128 * 1024, order: "sequential" };

/** Reads of one kind. */
export interface Pair {
  readonly ours: Reads;
  /** The same in C, for the twin's functions. */
  readonly c: Deno.PointerValue;
  /** Where both read. */
  readonly lbas: Uint32Array<ArrayBuffer>;
  /** The same by promises: reads `commands` times, with as many under way. */
  awaited(commands: number): Promise<void>;
}

/** Where a pattern reads, the same at each run: multiples of its size anywhere on the disk. */
export function placesOf(
  { size, order }: Pattern,
  blocks: bigint,
  blockSize: number,
): Uint32Array<ArrayBuffer> {
  const step = size / blockSize;
  const count = Math.floor(Number(blocks) / step);
  let state = 1;
  return Uint32Array.from({ length: PLACES }, (_, i) => {
    state = (Math.imul(state, 0x41c6_4e6d) + 12345) >>> 0;
    return (order === "random" ? (state >>> 8) % count : i % count) * step;
  });
}

/** An open controller. Close it before it is disposed of. */
export class NvmeRig implements AsyncDisposable {
  readonly twin: NvmeTwin;
  readonly device: PciDevice;
  readonly #owned = new AsyncDisposableStack();
  readonly #namespace: NvmeNamespace;
  readonly #queue: NvmeQueue;
  readonly #queueInC: Deno.PointerValue;
  readonly #nvme: Nvme;

  private constructor(twin: NvmeTwin, device: PciDevice, nvme: Nvme, queueInC: Deno.PointerValue) {
    const [queue] = nvme.queues;
    if (queue === undefined) throw new Error("there is no queue");
    this.twin = twin;
    this.device = device;
    this.#nvme = nvme;
    this.#namespace = nvme.namespace(1);
    this.#queue = queue;
    this.#queueInC = queueInC;
  }

  /** Opens a controller. @param library Path of the compiled C. */
  static async open(library: string, address: string): Promise<NvmeRig> {
    const machine = openMachine(library, address);
    const { device } = machine;
    // The driver keeps where its queues are to itself; C has to know.
    const buffers: DmaBuffer[] = [];
    const allocate = device.allocate.bind(device);
    device.allocate = (...given) => {
      const buffer = allocate(...given);
      buffers.push(buffer);
      return buffer;
    };
    const nvme = await openNvme(device, { queues: 2, entries: ENTRIES, interrupts: "none" });
    const [, second] = nvme.queues;
    if (second === undefined) throw new Error("there is no second queue");
    const at = (iova: bigint) => pointerTo(buffers.find((buffer) => buffer.iova === iova)?.vaddr ?? 0n);
    const bell = Deno.UnsafePointer.value(machine.bar) + 0x1000n + BigInt(second.id) * 8n;
    const twin = openNvmeTwin(library);
    const queueInC = twin.nvme_queue(
      at(second.iovas.submissions),
      at(second.iovas.completions),
      pointerTo(bell),
      pointerTo(bell + 4n),
      second.id,
      second.entries,
    );
    const rig = new NvmeRig(twin, device, nvme, queueInC);
    rig.#owned.use(machine);
    rig.#owned.defer(() => nvme.close());
    return rig;
  }

  /** Prepares reads. @param depth How many are under way at most. */
  pair(pattern: Pattern, depth: number): Pair {
    const { blocks, blockSize } = this.#namespace;
    const lbas = placesOf(pattern, blocks, blockSize);
    const own = this.#transfers(pattern.size, depth);
    const count = pattern.size / blockSize;
    return {
      ours: new Reads({ queue: this.#queue, target: this.#namespace, transfers: own, lbas, blocks: count }),
      c: this.twin.nvme_run(
        this.#queueInC,
        packTransfers(this.#transfers(pattern.size, depth)),
        lbas,
        lbas.length,
        count,
        depth,
      ),
      lbas,
      awaited: async (commands) => {
        let next = 0;
        await Promise.all(own.map(async (transfer) => {
          while (next < commands) {
            await this.#namespace.read(lbas[next++ % PLACES] ?? 0, transfer, { queue: this.#queue });
          }
        }));
      },
    };
  }

  /** Closes it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync();
  }

  #transfers(size: number, count: number): NvmeTransfer[] {
    const buffer = this.device.allocate(size * count);
    return Array.from({ length: count }, (_, i) => this.#nvme.prepare(buffer, i * size, size));
  }
}
