/** Commands: submits commands of one queue for those who await them. */
import { untilAsync } from "../../../driverkit/until.ts";
import { VfioError } from "../../../core/errors.ts";
import { PendingCommand } from "./pending.ts";
import type { CommandSubject, Ending } from "./pending.ts";
import { Pump } from "./pump.ts";
import type { PumpOwner } from "./pump.ts";
import type { NvmeQueue } from "./queue.ts";
import type { NvmeHandler } from "./queue_types.ts";

/** What commands need of their controller. */
export interface CommandOwner extends PumpOwner {
  /** Why commands were ended by the driver. */
  ending(): Ending;
}

/** How a command is run. */
export interface RunOptions {
  /** Milliseconds from when it is submitted; Infinity: as long as it takes. */
  readonly timeoutMs: number;
  /** Told the command's id, once it is submitted. */
  readonly submitted?: (id: number) => void;
}

/** Puts a command into a queue. @returns Its id; -1 when there is no room. */
export type Submit = (queue: NvmeQueue, handler: NvmeHandler) => number;

/** The awaited commands of one queue. */
export class Commands {
  readonly queue: NvmeQueue;
  readonly #owner: CommandOwner;
  readonly #gate: () => Promise<void> | undefined;
  readonly #pump: Pump;
  #ringing = false;
  readonly #ended = (command: PendingCommand) => this.#pump.remove(command);
  readonly #ending = () => this.#owner.ending();

  /** @param gate Gives what is awaited before each try to submit; undefined: nothing. */
  constructor(queue: NvmeQueue, owner: CommandOwner, gate: () => Promise<void> | undefined) {
    this.queue = queue;
    this.#owner = owner;
    this.#gate = gate;
    this.#pump = new Pump(queue, owner);
  }

  /**
   * Submits a command: at once where that can be, which spares whoever awaits it all promises but one, else as soon as
   * there is room.
   *
   * @param submit Puts it into the queue, and gives its id; -1 when there is no room.
   * @returns The first word of the completion.
   * @throws {NvmeError} when it ended with an error status.
   * @throws {VfioError} `ETIMEDOUT` when its time was up; by then it is aborted, or the controller reset. What `gate`
   * and `submit` throw comes at once.
   */
  run(subject: CommandSubject, submit: Submit, options: RunOptions): Promise<number> {
    const gate = this.#gate();
    const promise = gate === undefined ? this.#try(subject, submit, options) : undefined;
    return promise ?? this.#later(gate, subject, submit, options);
  }

  async #later(
    first: Promise<void> | undefined,
    subject: CommandSubject,
    submit: Submit,
    options: RunOptions,
  ): Promise<number> {
    let gate = first;
    while (true) {
      if (gate === undefined) {
        await this.#room(options.timeoutMs);
        gate = this.#gate();
      }
      // Who waited before this one may have caused the next reset.
      for (; gate !== undefined; gate = this.#gate()) await gate;
      const promise = this.#try(subject, submit, options);
      if (promise !== undefined) return await promise;
    }
  }

  /** Submits a command. @returns What is awaited; undefined when there is no room. */
  #try(subject: CommandSubject, submit: Submit, options: RunOptions): Promise<number> | undefined {
    const time = { now: this.#owner.clock.now(), timeoutMs: options.timeoutMs };
    const command = new PendingCommand(subject, time, this.#ended, this.#ending);
    command.id = submit(this.queue, command);
    return command.id < 0 ? undefined : this.#submitted(command, options);
  }

  #submitted(command: PendingCommand, { submitted }: RunOptions): Promise<number> {
    if (!this.#ringing) void this.#ring();
    this.#pump.add(command);
    submitted?.(command.id);
    return command.promise;
  }

  /** Tells the controller once of all that is submitted before this turn's microtasks go on. */
  async #ring(): Promise<void> {
    this.#ringing = true;
    await undefined;
    this.#ringing = false;
    try {
      this.queue.ring();
    } catch (error) {
      if (!(error instanceof VfioError)) throw error;
      this.#owner.lost(error);
    }
  }

  /** Waits until there may be room: what is awaited ends in time; what is not, somebody must poll for. */
  async #room(timeoutMs: number): Promise<void> {
    if (this.#pump.size > 0) return await this.#pump.next();
    const { queue } = this;
    await untilAsync(this.#owner.clock, () => queue.poll() > 0 || queue.inFlight < queue.capacity, {
      timeoutMs,
      what: `room in queue ${queue.id}`,
    });
  }
}
