/** Virtual time: one queue of planned actions, and the rules by which time moves. */
import type { Timer } from "../../devices/device_model.ts";

/** Turns of the microtask queue that programs get to react before time jumps to the next event. */
const PATIENCE = 64;
/** Events that may run in a row without waking anybody: a device that goes on for ever must not hang the program. */
const FRUITLESS = 1_000_000;

interface Event {
  readonly time: number;
  readonly order: number;
  /** Does not count as something to wait for: it repeats for ever. */
  readonly background: boolean;
  action: (() => void) | undefined;
}

/**
 * The machine's time in nanoseconds, and what is planned.
 *
 * Time moves a little by {@linkcode tick} at each access and kernel call, and jumps to the next event when somebody
 * waits: {@linkcode runUntil} for who blocks, {@linkcode hold} for promises. Nothing here reads a real clock or keeps
 * the event loop alive: jumps for promises happen in microtasks, after the program had its turns.
 */
export class EventQueue {
  readonly #heap: Event[] = [];
  #now = 0;
  #order = 0;
  #foreground = 0;
  #running = false;
  #waiters = 0;
  #pumping = false;
  #activity = 0;

  /** Nanoseconds since the machine was switched on. */
  get now(): number {
    return this.#now;
  }

  /** Plans an action; it never runs before this call returns. */
  after(nanoseconds: number, action: () => void, background = false): Timer {
    const event: Event = {
      time: this.#now + Math.max(0, nanoseconds),
      order: this.#order++,
      background,
      action,
    };
    this.#push(event);
    if (!background) this.#foreground++;
    this.#arm();
    return {
      cancel: () => {
        if (event.action === undefined) return;
        event.action = undefined;
        if (!background) this.#foreground--;
      },
    };
  }

  /** Lets a little time pass, as every access and call takes some. */
  tick(nanoseconds: number): void {
    this.#activity++;
    this.#advance(this.#now + nanoseconds);
    this.#arm();
  }

  /**
   * Blocks until `done`, jumping from event to event.
   *
   * @param deadline Time at which to give up; Infinity gives up when nothing is planned any more.
   * @returns Whether it was done in time.
   */
  runUntil(done: () => boolean, deadline: number): boolean {
    this.#activity++;
    if (this.#running) throw new Error("Cannot wait inside an action of the machine: it would never end");
    while (!done()) {
      const next = this.#next();
      if (next === undefined || next.time > deadline || (deadline === Infinity && this.#foreground === 0)) {
        if (deadline !== Infinity) this.#advance(deadline);
        return done();
      }
      this.#advance(next.time);
    }
    return true;
  }

  /** Runs everything that is planned, but not what repeats for ever. */
  settle(): void {
    let left = FRUITLESS;
    this.runUntil(() => this.#foreground === 0 || left-- === 0, Infinity);
  }

  /**
   * Says that a promise waits for something to happen: time jumps for it until the returned function is called.
   *
   * @returns Call it once, when the wait is over.
   */
  hold(): () => void {
    this.#waiters++;
    this.#activity++;
    this.#arm();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#waiters--;
      this.#activity++;
    };
  }

  #arm(): void {
    if (this.#pumping || this.#waiters === 0 || this.#foreground === 0) return;
    this.#pumping = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    let seen = -1;
    for (let fruitless = 0; fruitless < FRUITLESS; fruitless++) {
      // Whoever was woken, or acts by himself, goes first: time jumps once nobody did anything for a while.
      while (seen !== this.#activity) {
        seen = this.#activity;
        for (let i = 0; i < PATIENCE; i++) await undefined;
        fruitless = 0;
      }
      const next = this.#next();
      if (this.#waiters === 0 || this.#foreground === 0 || next === undefined) break;
      this.#advance(next.time);
    }
    this.#pumping = false;
  }

  /** Runs what falls due on the way to `time`. Called from an action it only moves time. */
  #advance(time: number): void {
    if (this.#running) {
      this.#now = Math.max(this.#now, time);
      return;
    }
    this.#running = true;
    try {
      for (let next = this.#next(); next !== undefined && next.time <= time; next = this.#next()) {
        this.#pop();
        this.#now = Math.max(this.#now, next.time);
        const { action } = next;
        next.action = undefined;
        if (!next.background) this.#foreground--;
        action?.();
      }
    } finally {
      this.#running = false;
    }
    this.#now = Math.max(this.#now, time);
  }

  #next(): Event | undefined {
    while (this.#heap.length > 0 && this.#heap[0]?.action === undefined) this.#pop();
    return this.#heap[0];
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let i = heap.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!earlier(event, heap[parent])) break;
      heap[i] = heap[parent] as Event;
      i = parent;
    }
    heap[i] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1], heap[child])) child++;
      if (!earlier(heap[child], last)) break;
      heap[i] = heap[child] as Event;
      i = child;
    }
    heap[i] = last;
  }
}

function earlier(a: Event | undefined, b: Event | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
