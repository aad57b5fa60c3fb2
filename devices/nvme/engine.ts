/** Engine: fetches commands, has them worked on, and posts how they ended. */
import type { DeviceBus } from "../device_model.ts";
import { Command } from "./command.ts";
import type { Outcome, Step } from "./command.ts";
import { encodeCompletion, isLasting } from "./completion.ts";
import type { NvmeCompletion } from "./completion.ts";
import type { CompletionQueue, Running, SubmissionQueue } from "./queues.ts";
import { NVME_COMMAND_SIZE, NVME_COMPLETION_SIZE } from "./registers_entries.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

/** From a doorbell, or from one command to the next. */
const FETCH_NS = 400;
/** From a command's arrival until it is looked at. */
const DECODE_NS = 2_000;

/** What the engine needs of its controller. */
export interface EngineHost {
  /** Whether the queues are alive: completions are posted. */
  readonly alive: boolean;
  /** Whether commands are taken. */
  readonly running: boolean;
  /** Works on a command. */
  work(command: Command): Step;
  /** Takes note of an error. */
  failed(command: Command, status: number): void;
  /** Gives what is posted for a completion. */
  completed(entry: NvmeCompletion): readonly NvmeCompletion[];
  /** Entries are in a queue that were not. */
  posted(queue: CompletionQueue): void;
  /** The host's memory cannot be reached where a queue should be. */
  fatal(): void;
}

/**
 * The engine of a controller. Queues take turns, a command each; commands are worked on side by side and complete in
 * any order; no more of a queue's are under way than it has entries.
 *
 * @see NVM Express Base Specification 1.4, chapters 4 and 7.2
 */
export class Engine {
  /** Submission queues, by their id. */
  readonly submissions = new Map<number, SubmissionQueue>();
  /** Completion queues, by their id. */
  readonly completions = new Map<number, CompletionQueue>();
  readonly #bus: Pick<DeviceBus, "after" | "readMemory" | "writeMemory">;
  readonly #host: EngineHost;
  #fetching = false;
  /** The queue that had the last turn. */
  #turn = 0;

  /** Goes through `bus`. */
  constructor(bus: Pick<DeviceBus, "after" | "readMemory" | "writeMemory">, host: EngineHost) {
    this.#bus = bus;
    this.#host = host;
  }

  /** Looks for commands to fetch. */
  ring(): void {
    if (this.#fetching || !this.#host.running || this.#next() === undefined) return;
    this.#fetching = true;
    this.#bus.after(FETCH_NS, () => {
      this.#fetching = false;
      if (this.#host.running) this.#fetch();
      this.ring();
    });
  }

  /** Ends a command. */
  finish(command: Command, { status, result = 0 }: Outcome): void {
    const from = command.queue;
    const running = from.find(command);
    if (running?.held) from.outstanding++;
    const more = status !== 0;
    if (more) this.#host.failed(command, status);
    const { id: sqid, completions } = from;
    const entry = { result, sqid, cid: command.cid, status, more, dnr: isLasting(status) };
    const entries = this.#host.completed(entry);
    if (entries.length === 0) from.ended(command);
    for (const [i, each] of entries.entries()) {
      completions.pending.push({ entry: each, from, ends: i === entries.length - 1 ? command : undefined });
    }
    this.post(completions);
  }

  /** Writes what waits for room in a queue. */
  post(queue: CompletionQueue): void {
    let posted = false;
    while (this.#host.alive && !queue.full) {
      const next = queue.pending.shift();
      if (next === undefined) break;
      const { entry, from, ends } = next;
      const bytes = encodeCompletion(entry, entry.sqhd ?? from.head, queue.phase);
      if (!this.#bus.writeMemory(queue.place(NVME_COMPLETION_SIZE), bytes)) return this.#host.fatal();
      queue.advance();
      posted = true;
      if (ends !== undefined) from.ended(ends);
    }
    if (!posted) return;
    this.#host.posted(queue);
    this.ring();
  }

  /** Finds a command under way that can be aborted, or that is held. */
  find(queue: SubmissionQueue, cid: number): Running | undefined {
    const running = queue.running.get(cid);
    return running?.abortable ? running : undefined;
  }

  /** Ends a command before its time. */
  abort(running: Running, status: number): void {
    running.timer?.cancel();
    running.abortable = false;
    this.finish(running.command, { status });
  }

  /** Deletes a submission queue. Its commands end now; those that found no room in the completion queue never do. */
  delete(queue: SubmissionQueue): void {
    this.submissions.delete(queue.id);
    for (const running of [...queue.running.values()]) {
      if (running.abortable) this.abort(running, NVME_STATUS.abortedSubmissionQueueDeleted);
    }
    const { pending } = queue.completions;
    pending.splice(0, pending.length, ...pending.filter(({ from }) => from !== queue));
  }

  /** Drops everything that is under way. */
  halt(): void {
    for (const { running } of this.submissions.values()) {
      for (const { timer } of running.values()) timer?.cancel();
    }
  }

  /** Drops everything, and all queues. */
  reset(): void {
    this.halt();
    this.submissions.clear();
    this.completions.clear();
    this.#turn = 0;
  }

  /** The queue whose turn it is: the next with a command, in the order of their ids. */
  #next(): SubmissionQueue | undefined {
    let first: SubmissionQueue | undefined;
    let next: SubmissionQueue | undefined;
    for (const queue of this.submissions.values()) {
      if (!queue.ready) continue;
      if (first === undefined || queue.id < first.id) first = queue;
      if (queue.id > this.#turn && (next === undefined || queue.id < next.id)) next = queue;
    }
    return next ?? first;
  }

  #fetch(): void {
    const queue = this.#next();
    if (queue === undefined) return;
    this.#turn = queue.id;
    const bytes = new Uint8Array(NVME_COMMAND_SIZE);
    if (!this.#bus.readMemory(queue.place(NVME_COMMAND_SIZE), bytes)) return this.#host.fatal();
    queue.advance();
    queue.outstanding++;
    const command = new Command(queue, bytes);
    if (queue.running.has(command.cid)) {
      return this.finish(command, { status: NVME_STATUS.commandIdConflict });
    }
    const running: Running = { command, timer: undefined, abortable: true, held: false };
    queue.running.set(command.cid, running);
    this.#wait(running, DECODE_NS, () => this.#host.work(command));
  }

  #wait(running: Running, nanoseconds: number, then: () => Step): void {
    running.timer = this.#bus.after(nanoseconds, () => {
      running.timer = undefined;
      const step = then();
      if ("held" in step) {
        // It may stay for ever: the queue has its room back meanwhile.
        running.held = true;
        running.command.queue.outstanding--;
        return;
      }
      if ("then" in step) {
        running.abortable = step.committed !== true;
        this.#wait(running, step.nanoseconds, step.then);
      } else {
        running.abortable = false;
        this.finish(running.command, step);
      }
    });
  }
}
