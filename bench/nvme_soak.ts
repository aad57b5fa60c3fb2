/** Soak: reads and writes without end on one queue, each of them accounted for and every block that is read verified. */
import type { PciDevice } from "@vfio/vfio";
import type { Nvme, NvmeHandler, NvmeNamespace, NvmeQueue, NvmeTransfer } from "@vfio/vfio/nvme";

/** How it goes. */
export interface SoakOptions {
  readonly seed: number;
  /** Commands under way at a time. */
  readonly depth: number;
}

/** Blocks of one slot. */
const BLOCKS = 64;

/** Keeps one command under way, on blocks that are its own: so what a read has to find is known. */
class Slot implements NvmeHandler {
  readonly #soak: Soak;
  readonly #memory: NvmeTransfer;
  readonly #first: number;
  /** What was written to each block last; 0: nothing yet. */
  readonly #written = new Uint32Array(BLOCKS);
  #id = -1;
  #block = 0;
  #stamp = 0;

  constructor(soak: Soak, memory: NvmeTransfer, first: number) {
    this.#soak = soak;
    this.#memory = memory;
    this.#first = first;
  }

  begin(): void {
    const random = this.#soak.random();
    this.#block = random % BLOCKS;
    const lba = this.#first + this.#block;
    const { bytes } = this.#memory;
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, 2);
    // A quarter writes, and what was never written is written first.
    const write = this.#written[this.#block] === 0 || (random >>> 8) % 4 === 0;
    this.#stamp = write ? random | 1 : 0;
    words[0] = write ? lba : 0xffff_ffff;
    words[1] = this.#stamp;
    this.#id = this.#soak.submit(write, this.#memory, lba, this);
  }

  completed(id: number, status: number): void {
    const block = this.#first + this.#block;
    if (id !== this.#id) return this.#soak.fail(`command ${id} ended, which is not under way here`);
    if (status !== 0) return this.#soak.fail(`command ${id} ended with status 0x${status.toString(16)}`);
    this.#id = -1;
    const { bytes } = this.#memory;
    const [lba = 0, stamp = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset, 2);
    if (this.#stamp !== 0) this.#written[this.#block] = this.#stamp;
    else if (lba !== block || stamp !== this.#written[this.#block]) {
      return this.#soak.fail(`block ${block} reads as stamp ${stamp} of block ${lba}`);
    }
    this.#soak.ended(this);
  }
}

/** The whole of it. */
export class Soak implements Disposable {
  readonly #namespace: NvmeNamespace;
  readonly #queue: NvmeQueue;
  readonly #slots: readonly Slot[];
  readonly #owned: DisposableStack;
  #state: number;
  #left = 0;
  #begun = 0;
  #done = 0;
  #problem: string | undefined;

  /** Prepares it; all blocks that it uses are overwritten. */
  constructor(device: PciDevice, nvme: Nvme, { seed, depth }: SoakOptions) {
    const [namespace] = nvme.namespaces;
    const [queue] = nvme.queues;
    if (namespace === undefined || queue === undefined) throw new Error("there is no namespace to use");
    const { blockSize, blocks } = namespace;
    if (depth * BLOCKS > blocks || depth > queue.capacity) {
      throw new Error(`a depth of ${depth} does not fit`);
    }
    using made = new DisposableStack();
    const buffer = made.use(device.allocate(depth * blockSize));
    this.#namespace = namespace;
    this.#queue = queue;
    this.#slots = Array.from(
      { length: depth },
      (_, i) => new Slot(this, made.use(nvme.prepare(buffer, i * blockSize, blockSize)), i * BLOCKS),
    );
    this.#state = seed;
    this.#owned = made.move();
  }

  /** Does `commands`, and throws when one is lost or wrong. @param stuckPolls Polls in a row that may find nothing. */
  run(commands: number, stuckPolls = 100_000_000): void {
    this.#left = commands;
    this.#begun = this.#done = 0;
    for (const slot of this.#slots.slice(0, commands)) slot.begin();
    this.#queue.ring();
    for (let idle = 0; this.#done < commands; idle++) {
      if (this.#problem !== undefined) throw new Error(this.#problem);
      if (idle > stuckPolls) throw new Error(`${this.#begun - this.#done} commands never ended`);
      if (this.#queue.poll() === 0) continue;
      this.#queue.ring();
      idle = 0;
    }
    const { inFlight } = this.#queue;
    if (this.#begun !== commands || inFlight !== 0) {
      throw new Error(`${this.#begun} begun, ${this.#done} ended, ${inFlight} under way`);
    }
  }

  /** The next number of the seed's row. */
  random(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
  }

  /** Puts a command in. */
  submit(write: boolean, memory: NvmeTransfer, lba: number, handler: NvmeHandler): number {
    this.#left--;
    this.#begun++;
    const id = write
      ? this.#queue.write(this.#namespace, memory, lba, 1, handler)
      : this.#queue.read(this.#namespace, memory, lba, 1, handler);
    if (id < 0) throw new Error("there is no room, though no more are under way than fit");
    return id;
  }

  /** Takes an end. */
  ended(slot: Slot): void {
    this.#done++;
    if (this.#left > 0) slot.begin();
  }

  /** Takes what is wrong: the first of it is what {@linkcode run} throws. */
  fail(problem: string): void {
    this.#problem ??= problem;
  }

  /** Frees its memory. */
  [Symbol.dispose](): void {
    this.#owned.dispose();
  }
}
