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

/** The awaited commands of one queue. */
export class Commands {
  readonly queue: NvmeQueue;
  readonly #owner: CommandOwner;
  readonly #gate: () => Promise<void> | undefined;
  readonly #pump: Pump;

  /** @param gate Gives what is awaited before each try to submit; undefined: nothing. */
  constructor(queue: NvmeQueue, owner: CommandOwner, gate: () => Promise<void> | undefined) {
    this.queue = queue;
    this.#owner = owner;
    this.#gate = gate;
    this.#pump = new Pump(queue, owner);
  }

  /**
   * Submits a command, as soon as there is room.
   *
   * @param submit Puts it into the queue, and gives its id; -1 when there is no room.
   * @returns The first word of the completion.
   * @throws {NvmeError} when it ended with an error status.
   * @throws {VfioError} `ETIMEDOUT` when its time was up; by then it is aborted, or the controller reset.
   */
  async run(
    subject: CommandSubject,
    submit: (handler: NvmeHandler) => number,
    options: RunOptions,
  ): Promise<number> {
    const { clock } = this.#owner;
    const { timeoutMs } = options;
    while (true) {
      // Who waited before this one may have caused the next reset.
      for (let gate = this.#gate(); gate !== undefined; gate = this.#gate()) await gate;
      const command = new PendingCommand(
        subject,
        { now: clock.now(), timeoutMs },
        (ended) => this.#pump.remove(ended),
        () => this.#owner.ending(),
      );
      command.id = submit(command);
      if (command.id >= 0) return await this.#submitted(command, options);
      await this.#room(timeoutMs);
    }
  }

  #submitted(command: PendingCommand, { submitted }: RunOptions): Promise<number> {
    this.#pump.add(command);
    submitted?.(command.id);
    try {
      this.queue.ring();
    } catch (error) {
      if (!(error instanceof VfioError)) throw error;
      this.#owner.lost(error);
    }
    return command.promise;
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
