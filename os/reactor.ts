/**
 * Reactor: one nonblocking poll(2) for all descriptors that somebody waits for.
 *
 * Deno runs nonblocking calls in a pool of 32 threads; one per descriptor would use it up. The poll runs only while
 * somebody waits, on a set of descriptors that begins with an eventfd to wake it. Whatever ends a wait (counts, time,
 * cancellation, dispose) is acted on when the poll has returned: then nothing runs any more when the last wait
 * settles, and no descriptor is closed under a poll.
 *
 * Between an interrupt and who waits for it stand two threads, and caches that have gone cold: so what the poll is
 * given stays as it is from one wait to the next, and little is done when it returns.
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

/** Turns of the microtask queue from a count's arrival to the next wait in a `for await` on a vector, and some more. */
const TURNS = 16;

/** Something to wait for. */
export interface Source {
  readonly fd: number;
  /** Takes what has come; 0 when nothing has. */
  read(): number;
}

interface Wait {
  /** When it ends with 0, on performance.now()'s clock. */
  readonly deadline: number;
  readonly resolve: (count: number) => void;
  readonly reject: (error: unknown) => void;
  /** Listens for cancellation no more. */
  leave?: () => void;
  /** Set once it is clear how the wait ends. */
  outcome?: () => void;
}

/** A source that is or was waited for. */
interface Watched {
  readonly source: Source;
  /** In the order they began: counts go to the oldest. */
  readonly waits: Wait[];
  /** Its place in the set that is polled; 0, where the eventfd to wake is: none. */
  at: number;
  closed: boolean;
}

/** Waits for descriptors while the event loop goes on. */
export class Reactor {
  /** Until they are closed. */
  readonly #watched = new Map<Source, Watched>();
  /** What the set has, behind the eventfd to wake. */
  #polled: Watched[] = [];
  /** What poll(2) is given, for as many as it has, and how many that is. */
  #set = new Place(POLLFD_SIZE);
  #count = 1n;
  /** When the poll that runs now gives up; undefined: none does. */
  #deadline: number | undefined;
  #running = false;
  /** Descriptors to close when the poll has returned. */
  readonly #closing: { readonly fd: number; readonly subject: string }[] = [];
  /** There as long as something is watched. */
  #wakeFd: number | undefined;

  /** Whether somebody waits for this source. */
  awaits(source: Source): boolean {
    return (this.#watched.get(source)?.waits.length ?? 0) > 0;
  }

  /**
   * Waits for a source, behind those who wait for it already.
   *
   * @param deadline When it gives 0, on performance.now()'s clock.
   * @param signal Cancels the wait.
   */
  wait(source: Source, deadline: number, signal: AbortSignal | undefined): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const wait: Wait = { deadline, resolve, reject };
    if (signal !== undefined) {
      const abort = () => this.#end(wait, () => reject(signal.reason));
      wait.leave = () => signal.removeEventListener("abort", abort);
      signal.addEventListener("abort", abort);
    }
    const watched = this.#watch(source);
    watched.waits.push(wait);
    if (!this.#running) this.#start();
    else if (this.#deadline !== undefined && (watched.at === 0 || deadline < this.#deadline)) this.#wake();
    return promise;
  }

  /** Closes a source's descriptor, as soon as no poll has it any more, and ends its waits with `error`. */
  close(source: Source, fd: number, subject: string, error: () => unknown): void {
    const watched = this.#watched.get(source);
    if (watched === undefined) return closeDescriptor(fd, subject);
    watched.closed = true;
    for (const wait of watched.waits) this.#end(wait, () => wait.reject(error()));
    if (watched.waits.length === 0) this.#forget(source);
    if (watched.at > 0 && this.#deadline !== undefined) this.#closing.push({ fd, subject });
    else closeDescriptor(fd, subject);
  }

  #watch(source: Source): Watched {
    const known = this.#watched.get(source);
    if (known !== undefined) return known;
    const watched = { source, waits: [], at: 0, closed: false };
    this.#watched.set(source, watched);
    return watched;
  }

  #forget(source: Source): void {
    this.#watched.delete(source);
    if (!this.#running) this.#rest();
  }

  /** Nobody waits: the eventfd to wake stays for the next wait, as long as there can be one. */
  #rest(): void {
    if (this.#watched.size > 0 || this.#wakeFd === undefined) return;
    closeDescriptor(this.#wakeFd, "the reactor");
    this.#wakeFd = undefined;
  }

  #end(wait: Wait, outcome: () => void): void {
    wait.outcome ??= outcome;
    this.#wake();
  }

  #wake(): void {
    if (this.#wakeFd !== undefined) libc().write(this.#wakeFd, ONE, 8n);
  }

  #start(): void {
    const fd = this.#wakeFd ?? libc().eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) return this.#fail(systemError(errno(), "eventfd", "a signal to wake the reactor"));
    this.#wakeFd = fd;
    this.#running = true;
    this.#run(fd).catch((error) => this.#fail(error));
  }

  async #run(wakeFd: number): Promise<void> {
    for (let deadline = this.#arrange(wakeFd); deadline !== undefined; deadline = this.#arrange(wakeFd)) {
      this.#deadline = deadline;
      const timeout = deadline === Infinity ? Infinity : deadline - performance.now();
      const ready = await libc().pollLater(this.#set.pointer, this.#count, pollTimeout(timeout));
      this.#deadline = undefined;
      if (this.#closing.length > 0) this.#closePolled();
      if (ready < 0) this.#pollAgain();
      if (hasCome(this.#set.u32, 0)) inPlace().read(wakeFd, drain.pointer, 8n);
      const left = this.#settle();
      // Who has been served asks for more within some turns: then the next poll has it already, and need not be woken.
      for (let turn = 0; left > 0 && turn < TURNS; turn++) await undefined;
    }
    this.#running = false;
    this.#rest();
  }

  /** Looks what is waited for. @returns When the first of the waits is over; undefined when nobody waits. */
  #arrange(wakeFd: number): number | undefined {
    let count = 0;
    let deadline = Infinity;
    let isSame = true;
    for (const { waits, at } of this.#watched.values()) {
      if (waits.length === 0) continue;
      if (at !== ++count) isSame = false;
      for (const wait of waits) deadline = Math.min(deadline, wait.deadline);
    }
    if (count === 0) return undefined;
    if (!isSame || count !== this.#polled.length) this.#fill(wakeFd);
    return deadline;
  }

  /** Puts what is waited for into the set. */
  #fill(wakeFd: number): void {
    for (const watched of this.#polled) watched.at = 0;
    this.#polled = [...this.#watched.values()].filter(({ waits }) => waits.length > 0);
    const size = POLLFD_SIZE * (this.#polled.length + 1);
    if (this.#set.u8.length < size) this.#set = new Place(size);
    const words = this.#set.u32;
    writePollfd(words, 0, wakeFd);
    this.#polled.forEach((watched, i) => {
      watched.at = i + 1;
      writePollfd(words, watched.at, watched.source.fd);
    });
    this.#count = BigInt(this.#polled.length + 1);
  }

  #closePolled(): void {
    for (const { fd, subject } of this.#closing.splice(0)) closeDescriptor(fd, subject);
  }

  /** errno stays on the thread that polled: what went wrong is asked again on this one. */
  #pollAgain(): void {
    if (inPlace().poll(this.#set.pointer, this.#count, 0) >= 0) return;
    const number = errno();
    if (number !== EINTR) throw systemError(number, "poll", "signals");
  }

  /** Ends the waits that are over. @returns How many are left. */
  #settle(): number {
    let left = 0;
    for (const watched of this.#watched.values()) {
      const { source, waits, at } = watched;
      // At 0 stands what wakes the poll: who has joined since then is looked after as well.
      const came = hasCome(this.#set.u32, at);
      for (let i = 0; i < waits.length;) {
        const wait = waits[i];
        if (wait === undefined || !hasEnded(wait, source, came)) i++;
        else remove(waits, i);
      }
      left += waits.length;
      if (waits.length === 0 && watched.closed) this.#forget(source);
    }
    return left;
  }

  #fail(error: unknown): void {
    this.#running = false;
    this.#deadline = undefined;
    for (const { waits } of this.#watched.values()) {
      for (const wait of waits.splice(0)) {
        wait.leave?.();
        wait.reject(error);
      }
    }
  }
}

/** Ends a wait if it is over. @param came Something has come for its source. @returns Whether it is over. */
function hasEnded(wait: Wait, source: Source, came: boolean): boolean {
  if (wait.outcome === undefined) {
    try {
      const count = came ? source.read() : 0;
      if (count === 0 && (wait.deadline === Infinity || performance.now() < wait.deadline)) return false;
      wait.resolve(count);
    } catch (error) {
      wait.reject(error);
    }
  } else wait.outcome();
  wait.leave?.();
  return true;
}

/** The last one goes without a new array for what is taken out. */
function remove(waits: Wait[], i: number): void {
  if (i === waits.length - 1) waits.pop();
  else waits.splice(i, 1);
}
