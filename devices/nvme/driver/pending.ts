/** PendingCommand: a command that somebody awaits. */
import { VfioError } from "../../../core/errors.ts";
import { NVME_STATUS } from "../registers_status_data.ts";
import { nameOf, NvmeError } from "./errors.ts";
import type { NvmeHandler } from "./queue_types.ts";
import { VERBS } from "./verbs.ts";
import type { NvmeCommandName } from "./verbs.ts";

/** A command, as errors name it. */
export interface CommandSubject {
  readonly address: string;
  readonly command: NvmeCommandName;
  /** 0: it is about none. */
  readonly namespace: number;
}

/** Why commands were ended by the driver rather than by the controller. */
export interface Ending {
  /** "the controller was reset", "the driver was closed". */
  readonly detail: string;
  /** The errno for commands that were ended for it. */
  readonly code: "EBADF" | "ECANCELED" | "EIO" | "ENODEV";
  readonly cause?: unknown;
}

/** A command that somebody awaits, and how it ended. */
export class PendingCommand implements NvmeHandler {
  /** The first word of the completion, once the command succeeded. */
  readonly promise: Promise<number>;
  readonly subject: CommandSubject;
  /** Milliseconds; Infinity: as long as it takes. */
  readonly timeoutMs: number;
  /** When its time is up. */
  readonly deadline: number;
  /** Its id, once it is submitted. */
  id = -1;
  /** Its time is up, and it is being ended. */
  late = false;
  readonly #settle: PromiseWithResolvers<number>;
  readonly #ended: (command: PendingCommand) => void;
  readonly #ending: () => Ending;
  #settled = false;

  /**
   * Makes a command to submit.
   *
   * @param ended Called when it ended, before who awaits it learns it.
   * @param ending Tells why the driver ended it.
   */
  constructor(
    subject: CommandSubject,
    time: { readonly now: number; readonly timeoutMs: number },
    ended: (command: PendingCommand) => void,
    ending: () => Ending,
  ) {
    this.subject = subject;
    this.timeoutMs = time.timeoutMs;
    this.deadline = time.now + time.timeoutMs;
    this.#settle = Promise.withResolvers();
    this.promise = this.#settle.promise;
    this.#ended = ended;
    this.#ending = ending;
  }

  /** Whether it ended. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Takes its end. */
  completed(_id: number, status: number, result: number, flags: number): void {
    this.#settled = true;
    this.#ended(this);
    if (status === NVME_STATUS.success) this.#settle.resolve(result);
    else this.#settle.reject(this.#error(status, flags));
  }

  /** The error of a command that ran out of time. @param what How it was ended, as a clause. */
  timeoutError(what: string, cause?: unknown): VfioError {
    const { address, command, namespace } = this.subject;
    return new VfioError({
      code: "ETIMEDOUT",
      operation: VERBS[command],
      subject: namespace === 0 ? address : `${nameOf(namespace)} of ${address}`,
      detail: `not within ${this.timeoutMs} ms; ${what}`,
      cause,
    });
  }

  #error(status: number, flags: number): VfioError {
    if (status !== NVME_STATUS.abortedByHost) {
      const error = new NvmeError({ ...this.subject, status, flags });
      return this.late && status === NVME_STATUS.abortRequested
        ? this.timeoutError("it was aborted", error)
        : error;
    }
    const { detail, code, cause } = this.#ending();
    if (this.late) return this.timeoutError(detail, cause);
    return new NvmeError({ ...this.subject, status, flags, detail, code, cause });
  }
}
