/** Eventfd: the kernel's object behind a signal. */

/** Largest count an eventfd holds: 2^64 - 2. */
const LIMIT = 0xffff_ffff_ffff_fffen;

/** Somebody in the kernel who takes counts as they come, before any reader. @see Linux, virt/kvm/eventfd.c, drivers/vfio/virqfd.c */
export interface EventfdListener {
  /** Called with each signal; the counts are gone then. */
  signalled(): void;
  /** Called when the last descriptor is closed. */
  closed(): void;
}

/**
 * A counter with readers, waiters and listeners.
 *
 * It outlives its descriptor while the kernel holds it, as an interrupt does; then nobody hears of it.
 *
 * @see Linux, fs/eventfd.c
 */
export class Eventfd {
  #count = 0n;
  readonly #listeners = new Set<EventfdListener>();
  #delivering = false;
  readonly #waiters = new Set<(count: number) => void>();

  /** Adds to the counter. @returns Whether it fitted. */
  signal(count = 1n): boolean {
    if (this.#count + count > LIMIT) return false;
    // Whom its own signal wakes cannot signal it again from there: it would never end.
    if (this.#delivering) return true;
    this.#count += count;
    this.#deliver();
    return true;
  }

  /** Takes all counts; 0 when there are none. */
  take(): number {
    const count = Number(this.#count);
    this.#count = 0n;
    return count;
  }

  /** Whether a read would give something. */
  get ready(): boolean {
    return this.#count > 0n;
  }

  /** Hands the next counts to `waiter`, once, after those who came before. @returns Takes the wish back. */
  wait(waiter: (count: number) => void): () => void {
    this.#waiters.add(waiter);
    return () => this.#waiters.delete(waiter);
  }

  /** Adds somebody in the kernel. He hears of what is counted already, but does not take it. */
  listen(listener: EventfdListener): void {
    this.#listeners.add(listener);
    if (this.ready) listener.signalled();
  }

  /** Removes a listener. */
  unlisten(listener: EventfdListener): void {
    this.#listeners.delete(listener);
  }

  /** The last descriptor is closed. */
  close(): void {
    for (const listener of [...this.#listeners]) listener.closed();
    this.#listeners.clear();
    this.#waiters.clear();
  }

  #deliver(): void {
    if (this.#listeners.size > 0) {
      this.#count = 0n;
      this.#delivering = true;
      for (const listener of [...this.#listeners]) listener.signalled();
      this.#delivering = false;
      return;
    }
    const [waiter] = this.#waiters;
    if (waiter === undefined) return;
    this.#waiters.delete(waiter);
    waiter(this.take());
  }
}
