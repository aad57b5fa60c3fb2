/** EmulatedSignal: an eventfd's descriptor. */
import { checkTimeout } from "../../core/checks.ts";
import type { Signal, SpinOptions, WaitOptions } from "../../core/signal.ts";
import { Descriptor } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor.ts";
import type { EventQueue } from "./event_queue.ts";
import { Eventfd } from "./eventfd.ts";
import { badDescriptor, kernelError } from "./kernel_error.ts";

const NS_PER_MS = 1e6;

/** A signal on virtual time: waiting is what lets it pass. */
export class EmulatedSignal extends Descriptor implements Signal {
  /** The kernel's object, which interrupts are connected to. */
  readonly state: Eventfd = new Eventfd();
  readonly #queue: EventQueue;
  readonly #pending = new Set<(error: unknown) => void>();

  /** Makes a signal; a process does it. */
  constructor(table: DescriptorTable, queue: EventQueue) {
    super(table, "a signal");
    this.#queue = queue;
  }

  /** Adds to the counter. */
  notify(count = 1): void {
    if (!Number.isInteger(count) || count < 1) {
      throw new TypeError(`Cannot notify ${count} times: an integer of at least 1 is needed`);
    }
    this.enter("write");
    if (!this.state.signal(BigInt(count))) throw kernelError("EAGAIN", "write", this.subject);
  }

  /** Takes all counts. */
  read(): number {
    this.enter("read");
    return this.state.take();
  }

  /** Waits while the event loop goes on; time jumps once the program has nothing else to do. */
  wait(options: WaitOptions = {}): Promise<number> {
    const { timeoutMs, signal, spinMs = 0 } = options;
    return new Promise((resolve, reject) => {
      if (timeoutMs !== undefined) checkTimeout(timeoutMs);
      checkTimeout(spinMs, "spinMs");
      signal?.throwIfAborted();
      this.enter("poll");
      if (this.state.ready) return resolve(this.state.take());
      const release = this.#queue.hold();
      const finish = (settle: () => void) => {
        timer?.cancel();
        forget();
        this.#pending.delete(close);
        signal?.removeEventListener("abort", abort);
        release();
        settle();
      };
      const close = (error: unknown) => finish(() => reject(error));
      const abort = () => finish(() => reject(signal?.reason));
      const forget = this.state.wait((count) => finish(() => resolve(count)));
      const timer = timeoutMs === undefined || timeoutMs === Infinity
        ? undefined
        : this.#queue.after(timeoutMs * NS_PER_MS, () => finish(() => resolve(0)));
      this.#pending.add(close);
      signal?.addEventListener("abort", abort);
    });
  }

  /** Waits by letting virtual time pass, at most `timeoutMs`. Infinity gives 0 when nothing is planned any more. */
  waitSync(timeoutMs: number, { spinMs = 0 }: SpinOptions = {}): number {
    checkTimeout(timeoutMs);
    checkTimeout(spinMs, "spinMs");
    this.enter("poll");
    this.#queue.runUntil(() => this.state.ready, this.#queue.now + timeoutMs * NS_PER_MS);
    return this.state.take();
  }

  /** Ends pending waits with `EBADF`. */
  protected override release(): void {
    this.state.close();
    for (const close of [...this.#pending]) close(badDescriptor("poll", this.subject));
  }
}
