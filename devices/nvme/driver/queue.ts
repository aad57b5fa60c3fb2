/** NvmeQueue: a pair of queues, driven by hand: the floor below promises. */
import type { VfioError } from "../../../core/errors.ts";
import type { DmaBuffer } from "../../../driverkit/dma.ts";
import { PhaseRing } from "../../../driverkit/phase_ring.ts";
import type { Vector } from "../../../driverkit/vector.ts";
import { wordsOf } from "../../../driverkit/words.ts";
import { nvmeDoorbell } from "../registers.ts";
import { NVME_IO } from "../registers_commands.ts";
import { NVME_COMMAND_SIZE, NVME_COMPLETION_SIZE } from "../registers_entries.ts";
import { NVME_STATUS } from "../registers_status_data.ts";
import { COMPLETION, FUA } from "./entry_words.ts";
import { closedError, controllerError } from "./errors.ts";
import type { BlockTarget, NvmeHandler, NvmeMode, QueueSettings } from "./queue_types.ts";
import { Submissions } from "./submissions.ts";
import type { NvmeTransfer } from "./transfer.ts";

// A constant of this file is one for V8 too; an imported one is looked up at each use.
const { result: RESULT, from: FROM, end: END } = COMPLETION;
const { read: READ, write: WRITE } = NVME_IO;
/** Empty polls between two looks at the clock. On the emulated host such a look is what lets time pass. */
const LOOK_EVERY = 0x40;

/**
 * A submission queue and its completion queue.
 *
 * This is the fast floor: submitting, ringing and polling allocate nothing and make no system call. Put commands in
 * with {@linkcode read} and its kin, tell the controller of all of them with one {@linkcode ring}, and call
 * {@linkcode poll}, which calls each command's handler. Time limits, retries and splitting are the caller's. The promises
 * of {@linkcode NvmeNamespace} go through the same queues, and both may be used side by side.
 *
 * Guarantees: a handler is called exactly once, also when the controller is reset or the driver closed; by then the
 * controller no longer touches the command's memory. What a controller completes is checked before it is believed: an id
 * that is not under way, another queue's id, a head outside the queue. Such a controller is reset.
 */
export class NvmeQueue implements Disposable {
  // Numbers begin as numbers, for the reason that CommandRing has.
  /** 1 for the first I/O queue; 0: the admin queues. */
  readonly id: number = 0;
  /** Entries of each of the two queues. */
  readonly entries: number = 0;
  /** The vector that tells of completions; undefined: the queue is polled for good. */
  readonly vector: Vector | undefined;
  readonly #settings: QueueSettings;
  readonly #memory: readonly [submissions: DmaBuffer, completions: DmaBuffer];
  readonly #submissions: Submissions;
  readonly #completions: PhaseRing;
  readonly #tailBell: number = 0;
  readonly #headBell: number = 0;
  #mode: NvmeMode;
  #polling = false;
  #idle = 0;
  /** Why commands are not taken now; undefined while they are. */
  #refusal: VfioError | undefined;

  /** Makes the queues' memory; `openNvme()` does it, and tells the controller. */
  constructor(settings: QueueSettings) {
    const { id, entries, vector, device, pageSize, stride } = settings;
    const options = { alignment: pageSize };
    using made = new DisposableStack();
    this.#memory = [
      made.use(device.allocate(entries * NVME_COMMAND_SIZE, options)),
      made.use(device.allocate(entries * NVME_COMPLETION_SIZE, options)),
    ];
    this.id = id;
    this.entries = entries;
    this.vector = vector;
    this.#settings = settings;
    this.#submissions = new Submissions(wordsOf(this.#memory[0]), entries);
    this.#completions = new PhaseRing(wordsOf(this.#memory[1]), {
      entries,
      stride: COMPLETION.words,
      word: COMPLETION.end,
      bit: COMPLETION.phase,
    });
    this.#tailBell = nvmeDoorbell(id, "tail", stride);
    this.#headBell = nvmeDoorbell(id, "head", stride);
    this.#mode = vector === undefined ? "polled" : "interrupt";
    made.move();
  }

  /** Commands that can be under way at a time: one less than it has entries. */
  get capacity(): number {
    return this.#submissions.capacity;
  }

  /** Commands under way. */
  get inFlight(): number {
    return this.#submissions.used;
  }

  /** Where the two queues are, for the controller. @internal */
  get iovas(): { readonly submissions: bigint; readonly completions: bigint } {
    const [submissions, completions] = this.#memory;
    return { submissions: submissions.iova, completions: completions.iova };
  }

  /**
   * How promises on this queue notice that they are done; it may change at any time, also with commands under way.
   *
   * "interrupt" sleeps until the queue's vector fires: an idle program uses no processor. "polled" spins: the shortest
   * way from completion to promise, at the price of a processor while commands are under way. Calls of {@linkcode poll}
   * are independent of it. A polled queue with a vector still interrupts, only nobody is woken.
   *
   * @throws {VfioError} `EINVAL` for "interrupt" without a vector.
   */
  get mode(): NvmeMode {
    return this.#mode;
  }

  set mode(mode: NvmeMode) {
    const { vector } = this;
    if (mode === this.#mode) return;
    if (mode === "interrupt" && vector === undefined) {
      throw controllerError(
        "EINVAL",
        "wait for interrupts of",
        this.#subject,
        "it was opened without interrupts",
      );
    }
    this.#mode = mode;
    // Whoever sleeps on the vector wakes up and finds the mode changed.
    if (vector !== undefined && !vector.closed) vector.signal.notify();
  }

  /**
   * Puts a read of `blocks` blocks from `lba` on into the queue; {@linkcode ring} tells the controller.
   *
   * @param lba The first block; a number is as good as a bigint up to 2^53 - 1, and quicker.
   * @returns The command's id; -1 when {@linkcode capacity} commands are under way: poll first.
   * @throws {RangeError} when the blocks do not fit the transfer.
   * @throws {VfioError} `EBADF` after the driver was closed; `EBUSY` while the controller is reset; its error when it failed.
   */
  read(
    target: BlockTarget,
    memory: NvmeTransfer,
    lba: number | bigint,
    blocks: number,
    handler: NvmeHandler,
  ): number {
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.#submissions.move(READ, target, memory, lba, blocks, handler, 0);
  }

  /** Puts a write into the queue, as {@linkcode read}. @param fua Past the cache, onto the medium. @default false */
  write(
    target: BlockTarget,
    memory: NvmeTransfer,
    lba: number | bigint,
    blocks: number,
    handler: NvmeHandler,
    fua = false,
  ): number {
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.#submissions.move(WRITE, target, memory, lba, blocks, handler, fua ? FUA : 0);
  }

  /** Puts a write of zeros, which moves no data, into the queue, as {@linkcode read}. */
  writeZeroes(target: BlockTarget, lba: number | bigint, blocks: number, handler: NvmeHandler): number {
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.#submissions.blocks(NVME_IO.writeZeroes, target, lba, blocks, handler);
  }

  /** Puts a flush into the queue, as {@linkcode read}. @param namespace Its id; 0xffffffff: all. */
  flush(namespace: number, handler: NvmeHandler): number {
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.#submissions.plain(NVME_IO.flush, namespace, handler);
  }

  /** Puts any command into the queue: 16 words as `NVME_COMMAND` has them, but for the id, which the queue chooses. */
  submit(command: Uint32Array, handler: NvmeHandler): number {
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.#submissions.copy(command, handler);
  }

  /**
   * Tells the controller of all commands put in since the last time: one register write, or none without any. While the
   * controller is reset, and after the driver was closed, it is told nothing: the commands are ended.
   */
  ring(): void {
    if (this.#refusal === undefined) this.#submissions.ring(this.#settings.bar, this.#tailBell);
  }

  /**
   * Takes what the controller completed, and calls the handlers: one look at memory, and a register write if there was
   * anything. On the emulated host polls that find nothing let time pass.
   *
   * @param most Completions to take. @default all that are there
   * @returns How many were taken.
   * @throws {VfioError} `EBADF` after the driver or the device was closed; what a register write met; what a handler threw.
   */
  poll(most: number = this.entries): number {
    if (this.#polling) return 0;
    const found = this.#refusal === undefined ? this.#completions.scan(most) : 0;
    if (found > 0) return this.#take(found);
    if ((++this.#idle & (LOOK_EVERY - 1)) === 0) this.#settings.device.clock.now();
    if (this.#refusal?.code === "EBADF") throw this.#refusal;
    if (this.#settings.device.closed) throw closedError(this.#subject);
    return 0;
  }

  /** Takes no more commands, and believes no more completions. @internal */
  stop(refusal: VfioError): void {
    this.#refusal = refusal;
  }

  /**
   * Ends all commands with `abortedByHost`, once the controller no longer works on them. What somebody's handler throws is
   * his: it comes out as an unhandled rejection, and the others are called all the same. @internal
   */
  fail(): void {
    for (const id of this.#submissions.ids()) {
      try {
        this.#submissions.give(id)?.completed(id, NVME_STATUS.abortedByHost, 0, 0);
      } catch (error) {
        void Promise.reject(error);
      }
    }
  }

  /** Begins anew, empty, for a controller that was reset. @internal */
  restart(): void {
    this.#submissions.clear();
    this.#completions.clear();
  }

  /** Takes commands, once the controller knows of the queue. @internal */
  accept(): void {
    this.#refusal = undefined;
  }

  /** Frees the queues' memory; the driver does it. */
  [Symbol.dispose](): void {
    using steps = new DisposableStack();
    for (const memory of this.#memory) steps.use(memory);
  }

  get #subject(): string {
    return `queue ${this.id} of ${this.#settings.device.address}`;
  }

  #take(found: number): number {
    const { id: queue, entries } = this;
    const completions = this.#completions;
    const submissions = this.#submissions;
    const { words } = completions;
    let taken = 0;
    this.#polling = true;
    try {
      while (taken < found && this.#refusal === undefined) {
        const at = completions.take();
        const end = words[at + END] as number;
        const from = words[at + FROM] as number;
        const result = words[at + RESULT] as number;
        const id = end & 0xffff;
        const believable = from >>> 16 === queue && (from & 0xffff) < entries;
        const handler = believable ? submissions.give(id) : undefined;
        if (handler === undefined) {
          this.#violated(id, from >>> 16, from & 0xffff);
          break;
        }
        taken++;
        handler.completed(id, (end >>> 17) & 0x7ff, result, end >>> 28);
      }
    } finally {
      this.#polling = false;
      if (taken > 0 && this.#refusal === undefined) {
        this.#settings.bar.write32(this.#headBell, this.#completions.head);
      }
    }
    return taken;
  }

  #violated(id: number, queue: number, head: number): void {
    const fault = queue !== this.id
      ? `a command of queue ${queue}`
      : head >= this.entries
      ? `head ${head} of a queue with ${this.entries} entries`
      : `command 0x${id.toString(16)}, which is not under way`;
    const error = controllerError("EIO", "use", this.#subject, `a completion tells of ${fault}`);
    this.stop(error);
    this.#settings.violated(error);
  }
}
