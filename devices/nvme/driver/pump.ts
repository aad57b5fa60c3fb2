/** Pump: notices that awaited commands are done, by interrupts or by polling, or that they will never be. */
import { VfioError } from "../../../core/errors.ts";
import type { Clock } from "../../../core/clock.ts";
import type { PendingCommand } from "./pending.ts";
import type { NvmeQueue } from "./queue.ts";

/** Longest sleep while a command has a deadline: an interrupt that got lost, or a controller that died, costs no more. */
const SLICE_MS = 1000;
/** Longest spin of a polled queue before the event loop gets a turn. */
const SPIN_MS = 0.2;
/** What has taken that long, as formatting does, takes longer: it is worth a rest, which a timer makes 1 ms and more. */
const LONG_MS = 10;
const REST_MS = 1;
/** The event loop gets its turn at least that often, however busy a polled queue is. */
const TURN_MS = 8;

/** What a pump needs of its controller. */
export interface PumpOwner {
  readonly clock: Clock;
  /** Looks whether the controller can go on. @throws {VfioError} when it cannot. */
  check(): void;
  /** A command's time is up. */
  expired(queue: NvmeQueue, command: PendingCommand): void;
  /** The controller, or the way to it, is lost. */
  lost(error: VfioError): void;
}

/**
 * Serves the awaited commands of one queue. It runs while there are any, and costs nothing else.
 *
 * Interrupts are a hint: the queue is looked at each second all the same while a command has a deadline.
 */
export class Pump {
  readonly #queue: NvmeQueue;
  readonly #owner: PumpOwner;
  readonly #pending = new Set<PendingCommand>();
  readonly #waiting: (() => void)[] = [];
  #running = false;
  /** When the sleep on the vector ends by itself; undefined while there is none. */
  #wakes: number | undefined;
  /** A time before which no command expires. */
  #soonest = Infinity;
  #checked = 0;
  #rested = 0;
  /** When something ended last. */
  #ended = 0;

  /** Serves `queue`. */
  constructor(queue: NvmeQueue, owner: PumpOwner) {
    this.#queue = queue;
    this.#owner = owner;
  }

  /** Commands that are awaited. */
  get size(): number {
    return this.#pending.size;
  }

  /** Takes a command that was submitted. */
  add(command: PendingCommand): void {
    this.#pending.add(command);
    this.#soonest = Math.min(this.#soonest, command.deadline);
    if (!this.#running) void this.#run();
    else if (this.#wakes !== undefined && command.deadline < this.#wakes) this.#wake();
  }

  /** Forgets a command that ended. */
  remove(command: PendingCommand): void {
    this.#pending.delete(command);
    this.#waiting.shift()?.();
    if (this.#pending.size > 0) return;
    this.#soonest = Infinity;
    for (const next of this.#waiting.splice(0)) next();
    this.#wake();
  }

  /** Waits until one more command ended. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Who submits several at once gets to do so first.
    await undefined;
    this.#checked = this.#rested = this.#ended = this.#owner.clock.now();
    while (this.#pending.size > 0) {
      try {
        if (this.#queue.mode === "polled") await this.#spin();
        else await this.#sleep();
        this.#look();
      } catch (error) {
        if (!(error instanceof VfioError)) {
          // What somebody's handler threw is his: it comes out as an unhandled rejection, and the pump goes on.
          void Promise.reject(error);
          continue;
        }
        this.#running = false;
        return this.#owner.lost(error);
      }
    }
    this.#running = false;
  }

  async #sleep(): Promise<void> {
    const { vector } = this.#queue;
    const now = this.#owner.clock.now();
    this.#wakes = this.#soonest === Infinity ? Infinity : Math.min(this.#soonest, now + SLICE_MS);
    try {
      const options = this.#wakes === Infinity ? {} : { timeoutMs: Math.max(0, this.#wakes - now) };
      await vector?.wait(options);
    } finally {
      this.#wakes = undefined;
    }
    this.#queue.poll();
  }

  #wake(): void {
    const { vector } = this.#queue;
    if (this.#wakes !== undefined && vector !== undefined && !vector.closed) vector.signal.notify();
  }

  async #spin(): Promise<void> {
    const { clock } = this.#owner;
    const start = clock.now();
    let now = start;
    do {
      if (this.#queue.poll() > 0) {
        this.#ended = now;
        break;
      }
      now = clock.now();
    } while (now < start + SPIN_MS);
    if (now < start + SPIN_MS && now < this.#rested + TURN_MS) return await undefined;
    await clock.sleep(now < this.#ended + LONG_MS ? 0 : REST_MS);
    this.#rested = clock.now();
  }

  /** Finds commands whose time is up, and asks the controller now and then whether it is well. */
  #look(): void {
    const now = this.#owner.clock.now();
    if (now >= this.#soonest) this.#expire(now);
    if (now < this.#checked + SLICE_MS || this.#soonest === Infinity) return;
    this.#checked = now;
    this.#owner.check();
  }

  #expire(now: number): void {
    this.#soonest = Infinity;
    for (const command of this.#pending) {
      if (command.late) continue;
      if (now < command.deadline) {
        this.#soonest = Math.min(this.#soonest, command.deadline);
        continue;
      }
      command.late = true;
      this.#owner.expired(this.#queue, command);
    }
  }
}
