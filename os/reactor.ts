/**
 * Reactor: one nonblocking poll(2) for all descriptors that somebody waits for.
 *
 * Deno runs nonblocking calls in a pool of 32 threads; one per descriptor would use it up. The poll runs only while
 * somebody waits, on a set of descriptors that begins with an eventfd to wake it. Whatever ends a wait (counts, time,
 * cancellation, dispose) is acted on when the poll has returned: then nothing runs any more when the last wait
 * settles, and no descriptor is closed under a poll.
 */
import { EFD_CLOEXEC, EFD_NONBLOCK, EINTR, POLLIN } from "./constants_data.ts";
import { closeDescriptor } from "./descriptor.ts";
import { errno, libc } from "./libc.ts";
import { systemError } from "./system_error.ts";

const LONGEST_MS = 2 ** 31 - 1;

/** What is written into an eventfd to wake who polls it. */
const ONE = new BigUint64Array([1n]);

/** Something to wait for. */
export interface Source {
  readonly fd: number;
  /** Takes what has come; 0 when nothing has. */
  read(): number;
}

interface Wait {
  readonly source: Source;
  /** When it ends with 0, on performance.now()'s clock. */
  readonly deadline: number;
  readonly resolve: (count: number) => void;
  readonly reject: (error: unknown) => void;
  /** Set once it is clear how the wait ends. */
  outcome?: () => void;
}

/** Waits for descriptors while the event loop goes on. */
export class Reactor {
  /** In the order they began: counts go to the oldest. */
  readonly #waits = new Set<Wait>();
  /** Descriptors under the poll that runs now. */
  #polled: ReadonlySet<number> = new Set();
  /** Descriptors to close when the poll has returned. */
  readonly #closing: { readonly fd: number; readonly subject: string }[] = [];
  #wakeFd: number | undefined;

  /** Whether somebody waits for this source. */
  awaits(source: Source): boolean {
    return this.#waits.values().some((wait) => wait.source === source);
  }

  /**
   * Waits for a source, behind those who wait for it already.
   *
   * @param timeoutMs Milliseconds after which it gives 0.
   * @param signal Cancels the wait.
   */
  wait(source: Source, timeoutMs: number, signal: AbortSignal | undefined): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const wait: Wait = { source, deadline: performance.now() + timeoutMs, resolve, reject };
    const abort = () => this.#end(wait, () => reject(signal?.reason));
    signal?.addEventListener("abort", abort);
    this.#waits.add(wait);
    if (this.#wakeFd === undefined) this.#start();
    else this.#wake();
    return promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  /** Closes a source's descriptor, as soon as no poll has it any more, and ends its waits with `error`. */
  close(source: Source, fd: number, subject: string, error: () => unknown): void {
    for (const wait of this.#waits) {
      if (wait.source === source) this.#end(wait, () => wait.reject(error()));
    }
    if (!this.#polled.has(fd)) return closeDescriptor(fd, subject);
    this.#closing.push({ fd, subject });
    this.#wake();
  }

  #end(wait: Wait, outcome: () => void): void {
    if (!this.#waits.has(wait)) return;
    wait.outcome ??= outcome;
    this.#wake();
  }

  #wake(): void {
    if (this.#wakeFd !== undefined) libc().write(this.#wakeFd, ONE, 8n);
  }

  #start(): void {
    const fd = libc().eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) return this.#fail(systemError(errno(), "eventfd", "a signal to wake the reactor"));
    this.#wakeFd = fd;
    this.#run(fd).catch((error) => this.#fail(error));
  }

  async #run(wakeFd: number): Promise<void> {
    try {
      while (this.#waits.size > 0) {
        const fds = [wakeFd, ...new Set(this.#waits.values().map((wait) => wait.source.fd))];
        this.#polled = new Set(fds);
        const ready = await this.#poll(fds);
        this.#polled = new Set();
        libc().read(wakeFd, new BigUint64Array(1), 8n);
        for (const { fd, subject } of this.#closing.splice(0)) closeDescriptor(fd, subject);
        this.#settle(ready);
      }
    } finally {
      // Before anything else can run: who waits next starts anew.
      this.#wakeFd = undefined;
      closeDescriptor(wakeFd, "the reactor");
    }
  }

  /** Gives the descriptors that something has come for, or that are in error: reading them tells which. */
  async #poll(fds: readonly number[]): Promise<ReadonlySet<number>> {
    // struct pollfd: int fd, short events, short revents
    const set = new Int32Array(new ArrayBuffer(8 * fds.length));
    fds.forEach((fd, i) => set.set([fd, POLLIN], 2 * i));
    const deadline = this.#waits.values().reduce((first, wait) => Math.min(first, wait.deadline), Infinity);
    const count = BigInt(fds.length);
    // errno stays on the thread that polled: what went wrong is asked again on this one.
    if (await libc().pollLater(set, count, pollTimeout(deadline)) < 0 && libc().poll(set, count, 0) < 0) {
      const number = errno();
      if (number !== EINTR) throw systemError(number, "poll", "signals");
    }
    return new Set(fds.filter((_, i) => (set[2 * i + 1] ?? 0) >>> 16 !== 0));
  }

  #settle(ready: ReadonlySet<number>): void {
    const now = performance.now();
    for (const wait of this.#waits) {
      const outcome = wait.outcome ?? outcomeOf(wait, ready, now);
      if (outcome === undefined) continue;
      this.#waits.delete(wait);
      outcome();
    }
  }

  #fail(error: unknown): void {
    for (const wait of this.#waits) wait.reject(error);
    this.#waits.clear();
  }
}

function outcomeOf(wait: Wait, ready: ReadonlySet<number>, now: number): (() => void) | undefined {
  try {
    const count = ready.has(wait.source.fd) ? wait.source.read() : 0;
    return count > 0 || now >= wait.deadline ? () => wait.resolve(count) : undefined;
  } catch (error) {
    return () => wait.reject(error);
  }
}

/** Milliseconds until a deadline as poll(2) takes them: whole, and -1 for ever. */
export function pollTimeout(deadline: number): number {
  if (deadline === Infinity) return -1;
  return Math.min(Math.max(0, Math.ceil(deadline - performance.now())), LONGEST_MS);
}
