/** Recovery: what is done when a command does not end, or the controller cannot be believed any more. */
import type { Clock } from "../../../core/clock.ts";
import { VfioError } from "../../../core/errors.ts";
import type { PciDevice } from "../../../driverkit/pci_device.ts";
import { untilAsync } from "../../../driverkit/until.ts";
import { controllerError } from "./errors.ts";
import type { Life } from "./life.ts";
import type { Ending, PendingCommand } from "./pending.ts";
import type { NvmeQueue } from "./queue.ts";

/** How long a command may still take that the controller was told to abort. */
const GRACE_MS = 1000;

/** What recovery needs of the session. */
export interface Recoverable {
  readonly device: PciDevice;
  readonly clock: Clock;
  /** All queues, the admin queue first. */
  readonly queues: readonly NvmeQueue[];
  readonly adminQueue: NvmeQueue;
  readonly admin: { abort(sqid: number, cid: number): Promise<boolean> };
  readonly closed: boolean;
}

/**
 * A command whose time is up is aborted; when that does not help, the controller is reset, and everything that was under
 * way ends. When a reset does not help either, the controller has failed: commands are refused until a reset by hand.
 */
export class Recovery {
  readonly #session: Recoverable;
  readonly #life: Life;
  readonly #bringUp: () => Promise<void>;
  /** Aborts are sent one after the other: controllers take few at a time. */
  #aborting: Promise<unknown> = Promise.resolve();
  #running: Promise<void> | undefined;
  /** Why the controller was halted last. */
  #reason: VfioError | undefined;
  /** Why it could not even be disabled. */
  #broken: VfioError | undefined;
  /** Why commands are refused for good. */
  #failure: VfioError | undefined;
  #up = false;

  /** @param bringUp Brings the controller up, once it is disabled. */
  constructor(session: Recoverable, life: Life, bringUp: () => Promise<void>) {
    this.#session = session;
    this.#life = life;
    this.#bringUp = bringUp;
  }

  /** Whether the controller is up: neither being brought up nor failed. */
  get up(): boolean {
    return this.#up;
  }

  /** Brings the controller up for the first time. */
  async start(): Promise<void> {
    await this.#life.disable();
    try {
      await this.#bringUp();
      this.#up = true;
    } catch (error) {
      // What halted it says more than what became of the command under way.
      throw this.#reason ?? error;
    }
  }

  /** What to await before commands are submitted; undefined: nothing. @throws {VfioError} when the controller has failed. */
  gate(): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#running;
  }

  /** Ends a command whose time is up. */
  async end(queue: NvmeQueue, command: PendingCommand): Promise<void> {
    const { adminQueue } = this.#session;
    const turn = queue === adminQueue ? undefined : this.#aborting.then(() => this.#abort(queue, command));
    if (turn !== undefined) this.#aborting = turn;
    await turn;
    if (command.settled || this.#session.closed) return;
    await this.recover(command.timeoutError("it could not be aborted"));
  }

  /** Resets the controller for a reason; who is bringing it up meanwhile learns it. */
  recover(reason: VfioError): Promise<unknown> {
    if (this.#running === undefined && this.#up) this.#begin(reason);
    else if (!this.#up && this.#failure === undefined) return this.#halt(reason);
    return this.#running ?? Promise.resolve();
  }

  /** Resets the controller because somebody wants it, also when it has failed. @throws {VfioError} when it fails. */
  async reset(): Promise<void> {
    const { address } = this.#session.device;
    if (this.#running === undefined) {
      this.#failure = undefined;
      this.#begin(controllerError("ECANCELED", "use", address, "a reset was asked for"));
    }
    await this.#running;
    this.gate();
  }

  /** Waits until nothing is under way here. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => {});
  }

  /** Why commands were ended. */
  ending(): Ending {
    const { code } = this.#broken ?? {};
    if (code === undefined) {
      return { detail: "the controller was reset", code: "ECANCELED", cause: this.#reason };
    }
    return {
      detail: "the controller failed",
      code: code === "EBADF" || code === "ENODEV" ? code : "EIO",
      cause: this.#reason,
    };
  }

  /** Makes sure that the controller does no more DMA. @returns Why it could not be disabled; then it is no longer bus master. */
  async silence(): Promise<VfioError | undefined> {
    try {
      await this.#life.disable();
      return undefined;
    } catch (error) {
      if (!(error instanceof VfioError)) throw error;
      const { device } = this.#session;
      if (!device.closed) device.config.command.update({ busMaster: false });
      return error;
    }
  }

  #begin(reason: VfioError): void {
    this.#running = this.#recover(reason).finally(() => this.#running = undefined);
  }

  async #recover(reason: VfioError): Promise<void> {
    this.#up = false;
    let failed = await this.#halt(reason);
    if (failed === undefined) {
      try {
        await this.#bringUp();
        this.#up = true;
        return;
      } catch (error) {
        if (!(error instanceof VfioError)) throw error;
        failed = error;
        await this.#halt(error);
      }
    }
    const { device, queues } = this.#session;
    const code = failed.code === "ENODEV" || failed.code === "EBADF" ? failed.code : "EIO";
    this.#failure = controllerError(
      code,
      "use",
      device.address,
      "it failed, and a reset did not help",
      failed,
    );
    for (const queue of queues) queue.stop(this.#failure);
  }

  async #halt(reason: VfioError): Promise<VfioError | undefined> {
    const { device, queues } = this.#session;
    this.#reason = reason;
    const refusal = controllerError("EBUSY", "use", device.address, "it is being reset", reason);
    for (const queue of queues) queue.stop(refusal);
    this.#broken = await this.silence();
    for (const queue of queues) queue.fail();
    return this.#broken;
  }

  async #abort(queue: NvmeQueue, command: PendingCommand): Promise<void> {
    if (command.settled || !this.#up) return;
    try {
      await this.#session.admin.abort(queue.id, command.id);
      await untilAsync(this.#session.clock, () => command.settled || (queue.poll(), command.settled), {
        timeoutMs: GRACE_MS,
        what: "the aborted command",
      });
    } catch (error) {
      // Whatever it was: a reset is next.
      if (!(error instanceof VfioError)) throw error;
    }
  }
}
