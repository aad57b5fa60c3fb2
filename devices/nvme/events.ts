/** Events: what the controller tells the host without being asked, by commands that wait for it. */
import type { Command, Outcome, Step } from "./command.ts";
import { EVENT_REQUESTS } from "./limits.ts";
import { NVME_EVENT } from "./registers_entries.ts";
import { packFields } from "./registers_fields.ts";
import { NVME_STATUS } from "./registers_status_data.ts";

/** Events that can wait for a request; more are lost. */
const QUEUED = 64;

/** Something that happened. */
export interface NvmeEvent {
  /** One of `NVME_EVENT_TYPE`. */
  readonly type: number;
  /** What it is about. */
  readonly info: number;
  /** The log page that tells more. */
  readonly page: number;
}

/**
 * Asynchronous events. After one of a type was told, others of that type wait until the host has read its log page;
 * what comes until then is one event with it.
 *
 * @see NVM Express Base Specification 1.4, section 5.2
 */
export class Events {
  readonly #finish: (command: Command, outcome: Outcome) => void;
  readonly #requests: Command[] = [];
  readonly #queue: NvmeEvent[] = [];
  readonly #masked = new Set<number>();

  /** @param finish Ends a command. */
  constructor(finish: (command: Command, outcome: Outcome) => void) {
    this.#finish = finish;
  }

  /** Whether somebody waits for events. */
  get awaited(): boolean {
    return this.#requests.length > 0;
  }

  /** Takes a request. */
  request(command: Command): Step {
    if (this.#requests.length >= EVENT_REQUESTS) return { status: NVME_STATUS.asyncEventLimitExceeded };
    this.#requests.push(command);
    const result = this.#next();
    if (result === undefined) return { held: true };
    this.#requests.pop();
    return { status: NVME_STATUS.success, result };
  }

  /** Tells the host, now or when it asks. */
  report(event: NvmeEvent): void {
    if (this.#queue.length < QUEUED) this.#queue.push(event);
    if (this.#requests.length === 0) return;
    const result = this.#next();
    const command = result === undefined ? undefined : this.#requests.shift();
    if (command !== undefined) this.#finish(command, { status: NVME_STATUS.success, result: result ?? 0 });
  }

  /** Lets events of a type through again, and forgets those that were told with it. */
  clear(type: number): void {
    this.#masked.delete(type);
    const others = this.#queue.filter((event) => event.type !== type);
    this.#queue.splice(0, this.#queue.length, ...others);
  }

  /** Takes a request back. @returns Whether it waited. */
  withdraw(command: Command): boolean {
    const at = this.#requests.indexOf(command);
    if (at >= 0) this.#requests.splice(at, 1);
    return at >= 0;
  }

  /** Forgets everything. */
  reset(): void {
    this.#requests.length = 0;
    this.#queue.length = 0;
    this.#masked.clear();
  }

  /** Takes the first event whose type is not masked. */
  #next(): number | undefined {
    const at = this.#queue.findIndex((event) => !this.#masked.has(event.type));
    const [event] = at < 0 ? [] : this.#queue.splice(at, 1);
    if (event === undefined) return undefined;
    this.#masked.add(event.type);
    return packFields(NVME_EVENT.result, event);
  }
}
