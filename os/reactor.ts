/**
 * Reactor: one nonblocking poll(2) for all descriptors that somebody waits for.
 *
 * Deno runs nonblocking calls in a pool of 32 threads; one per descriptor would use it up. The poll runs only while
 * somebody waits, on a set of descriptors that begins with an eventfd to wake it. Whatever ends a wait (counts, time,
 * cancellation, dispose) is acted on when the poll has returned: then nothing runs any more when the last wait
 * settles, and no descriptor is closed under a poll.
 */
import { EFD_CLOEXEC, EFD_NONBLOCK, EINTR } from "./constants_data.ts";
import { closeDescriptor } from "./descriptor.ts";
import { errno, inPlace, libc } from "./libc.ts";
import { Place } from "./place.ts";
import { hasCome, POLLFD_SIZE, pollTimeout, writePollfd } from "./pollfd.ts";
import { systemError } from "./system_error.ts";

/** What is written into an eventfd to wake who polls it. */
const ONE = new BigUint64Array([1n]);

/** Where it is read again. */
const drain = new Place(8);

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
  /** Listens for cancellation no more. */
  readonly leave: () => void;
  /** Set once it is clear how the wait ends. */
  outcome?: () => void;
}

/** Waits for descriptors while the event loop goes on. */
export class Reactor {
  /** In the order they began: counts go to the oldest. */
  readonly #waits = new Set<Wait>();
  /** What the poll that runs now has. */
  #polled: readonly Source[] = [];
  /** Descriptors to close when the poll has returned. */
  readonly #closing: { readonly fd: number; readonly subject: string }[] = [];
  #wakeFd: number | undefined;
  /** What poll(2) is given: the last one will do for as many. */
  #set: Place | undefined;

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
    const abort = () => this.#end(wait, () => reject(signal?.reason));
    const leave = () => signal?.removeEventListener("abort", abort);
    const wait: Wait = { source, deadline: performance.now() + timeoutMs, resolve, reject, leave };
    signal?.addEventListener("abort", abort);
    this.#waits.add(wait);
    if (this.#wakeFd === undefined) this.#start();
    else this.#wake();
    return promise;
  }

  /** Closes a source's descriptor, as soon as no poll has it any more, and ends its waits with `error`. */
  close(source: Source, fd: number, subject: string, error: () => unknown): void {
    for (const wait of this.#waits) {
      if (wait.source === source) this.#end(wait, () => wait.reject(error()));
    }
    if (!this.#polled.includes(source)) return closeDescriptor(fd, subject);
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
        const sources = [...new Set(this.#waits.values().map((wait) => wait.source))];
        this.#polled = sources;
        const ready = await this.#poll(wakeFd, sources);
        this.#polled = [];
        for (const { fd, subject } of this.#closing.splice(0)) closeDescriptor(fd, subject);
        this.#settle(ready);
      }
    } finally {
      // Before anything else can run: who waits next starts anew.
      this.#wakeFd = undefined;
      closeDescriptor(wakeFd, "the reactor");
    }
  }

  /** Gives the sources that something has come for. */
  async #poll(wakeFd: number, sources: readonly Source[]): Promise<readonly Source[]> {
    const size = POLLFD_SIZE * (sources.length + 1);
    if (this.#set?.u8.length !== size) this.#set = new Place(size);
    const set = this.#set;
    writePollfd(set.u32, 0, wakeFd);
    sources.forEach(({ fd }, i) => writePollfd(set.u32, i + 1, fd));
    const deadline = this.#waits.values().reduce((first, wait) => Math.min(first, wait.deadline), Infinity);
    const count = BigInt(sources.length + 1);
    const timeout = pollTimeout(deadline - performance.now());
    // errno stays on the thread that polled: what went wrong is asked again on this one.
    if (
      await libc().pollLater(set.pointer, count, timeout) < 0 && inPlace().poll(set.pointer, count, 0) < 0
    ) {
      const number = errno();
      if (number !== EINTR) throw systemError(number, "poll", "signals");
    }
    if (hasCome(set.u32, 0)) inPlace().read(wakeFd, drain.pointer, 8n);
    return sources.filter((_, i) => hasCome(set.u32, i + 1));
  }

  #settle(ready: readonly Source[]): void {
    for (const wait of this.#waits) {
      const outcome = wait.outcome ?? outcomeOf(wait, ready);
      if (outcome === undefined) continue;
      this.#waits.delete(wait);
      wait.leave();
      outcome();
    }
  }

  #fail(error: unknown): void {
    for (const wait of this.#waits) {
      wait.leave();
      wait.reject(error);
    }
    this.#waits.clear();
  }
}

function outcomeOf(wait: Wait, ready: readonly Source[]): (() => void) | undefined {
  try {
    const count = ready.includes(wait.source) ? wait.source.read() : 0;
    const isOver = count > 0 || wait.deadline < Infinity && performance.now() >= wait.deadline;
    return isOver ? () => wait.resolve(count) : undefined;
  } catch (error) {
    return () => wait.reject(error);
  }
}
