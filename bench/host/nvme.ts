/**
 * What the NVMe driver costs a command, beside a twin in C: put in, told of, taken, and its handler called. The device is
 * a loop in C that completes at once; what it takes is part of both figures.
 *
 * Its URL says how many at a time: `?depth=COUNT&library=PATH`.
 */
import { linux } from "@vfio/vfio/linux";
import type { HostMemory } from "@vfio/vfio";
import { NvmeQueue, NvmeTransfer } from "@vfio/vfio/nvme";
import { against } from "../line.ts";
import { Reads } from "../nvme_reads.ts";
import { openNvmeTwin, packTransfers, pointerTo } from "../nvme_twin.ts";
import { parameter, post } from "./worker.ts";

const ENTRIES = 256;
const PAGE = 4096;
const TARGET = { id: 1, blockShift: 9 };
const BLOCKS = PAGE >>> TARGET.blockShift;
const LBAS = Uint32Array.from({ length: 4096 }, (_, i) => (Math.imul(i, 0x9e37_79b1) >>> 12) * BLOCKS);

const depth = Number(parameter(import.meta.url, "depth"));
const twin = openNvmeTwin(parameter(import.meta.url, "library"));
const bar = linux().allocate(2 * PAGE);

/** The memory of two queues, and a device that completes what it is told of. */
class InstantDevice {
  readonly memory: readonly [submissions: HostMemory, completions: HostMemory];
  readonly #id: number;
  readonly #pointers: readonly Deno.PointerValue[];
  readonly #state = Uint32Array.of(0, 0, 1);

  constructor(id: number) {
    this.memory = [linux().allocate(ENTRIES * 64), linux().allocate(ENTRIES * 16)];
    this.#id = id;
    this.#pointers = [...this.memory.map(({ vaddr }) => pointerTo(vaddr)), ...bells(id)];
  }

  run(): void {
    const [submissions = null, completions = null, bell = null] = this.#pointers;
    twin.nvme_instant(submissions, completions, bell, this.#id, ENTRIES, this.#state);
  }
}

/** Where a queue's doorbells are. */
function bells(id: number): Deno.PointerValue[] {
  const tail = bar.vaddr + 0x1000n + BigInt(id) * 8n;
  return [pointerTo(tail), pointerTo(tail + 4n)];
}

/** Memory ready for reads, at addresses that nobody reaches. */
function transfers(): NvmeTransfer[] {
  type Given = ConstructorParameters<typeof NvmeTransfer>;
  const limits = { pageSize: PAGE, maxTransfer: PAGE };
  return Array.from({ length: depth }, (_, i) => {
    const buffer = { size: PAGE, iova: BigInt(0x1_0000_0000 + i * PAGE) };
    return new NvmeTransfer(buffer as Given[0], 0, PAGE, limits, undefined as unknown as Given[4]);
  });
}

function ourTurn(): () => number {
  const device = new InstantDevice(1);
  const made = device.memory.map((memory) => Object.assign(memory, { iova: 0n }));
  const settings = {
    id: 1,
    entries: ENTRIES,
    device: { address: "0000:01:00.0", closed: false, clock: linux().clock, allocate: () => made.shift() },
    bar,
    stride: 0,
    pageSize: PAGE,
  };
  const queue = new NvmeQueue(settings as unknown as ConstructorParameters<typeof NvmeQueue>[0]);
  const reads = new Reads({ queue, target: TARGET, transfers: transfers(), lbas: LBAS, blocks: BLOCKS });
  return () => {
    reads.start(depth, depth);
    device.run();
    return reads.poll();
  };
}

function turnInC(): () => number {
  const device = new InstantDevice(2);
  const [submissions = null, completions = null] = device.memory.map(({ vaddr }) => pointerTo(vaddr));
  const [tail = null, head = null] = bells(2);
  const queue = twin.nvme_queue(submissions, completions, tail, head, 2, ENTRIES);
  const run = twin.nvme_run(queue, packTransfers(transfers()), LBAS, LBAS.length, BLOCKS, depth);
  return () => {
    twin.nvme_start(run, depth, depth);
    device.run();
    return twin.nvme_poll(run);
  };
}

/** Refuses a turn that lost something. */
function whole(turn: () => number): () => void {
  return () => {
    const taken = turn();
    if (taken !== depth) throw new Error(`${taken} of ${depth} commands ended`);
  };
}

const what = `nvme: a read put in and taken, ${depth} at a time`;
post([await against(what, depth, whole(ourTurn()), whole(turnInC()))]);
