/** Every kernel call of a process: counted, told, and made to fail where a test says so. */
import type { ErrorCode } from "../../core/errors.ts";
import type { EventQueue } from "./event_queue.ts";
import { kernelError } from "./kernel_error.ts";

/** What a kernel call takes of virtual time. */
const CALL_NS = 1000;

/** A kernel call, as {@linkcode KernelCalls.trace} tells it. */
export interface KernelCall {
  /** 1 for the process's first. */
  readonly number: number;
  /** The call's name, as errors have it. */
  readonly operation: string;
  /** What it was made on. */
  readonly subject: string;
}

/**
 * The kernel calls of one process.
 *
 * A call that is made to fail does nothing at all: it is refused on entry.
 */
export class KernelCalls {
  readonly #queue: EventQueue;
  readonly #failures = new Map<number, ErrorCode>();
  #trace: KernelCall[] | undefined;
  #count = 0;

  /** Counts from 0. */
  constructor(queue: EventQueue) {
    this.#queue = queue;
  }

  /** How many calls were made so far. Closing is no call: it cannot fail. */
  get count(): number {
    return this.#count;
  }

  /** Makes a call to come fail. @param nth 1 is the next call. */
  fail(nth: number, code: ErrorCode): void {
    this.#failures.set(this.#count + nth, code);
  }

  /** Takes back every failure that has not come about. */
  failNone(): void {
    this.#failures.clear();
  }

  /** Records calls from here on. @returns The list that grows with each call. */
  trace(): readonly KernelCall[] {
    return this.#trace = [];
  }

  /** Enters the kernel. @throws {VfioError} what {@linkcode fail} was told for this call. */
  enter(operation: string, subject: string): void {
    this.#count++;
    this.#trace?.push({ number: this.#count, operation, subject });
    this.#queue.tick(CALL_NS);
    const code = this.#failures.get(this.#count);
    if (code === undefined) return;
    this.#failures.delete(this.#count);
    throw kernelError(code, operation, subject, "injected");
  }
}
