/** Progress: on a terminal, how far a command is that takes more than a second. */
import type { Sink } from "./io.ts";
import { visible } from "./text.ts";

const PERIOD_MS = 1000;
/** Back to the start of the line, and all of it away. */
const CLEAR = "\r\x1b[K";

/** Calls a function again and again, until what it gives is called. */
export type Ticker = (show: () => void) => () => void;

/**
 * A line that is written over once a second, and is gone at the end. Nothing is written where nobody looks, or when it is
 * over before. It moves on when the event loop has a turn.
 */
export class Progress implements Disposable {
  /** How much is done, of `total`. */
  done = 0;
  readonly #sink: Sink | undefined;
  readonly #what: string;
  readonly #total: number | undefined;
  readonly #stop: () => void;
  #seconds = 0;

  /**
   * Begins.
   *
   * @param sink undefined: nobody wants to know.
   * @param what "Resetting 0000:01:00.0".
   * @param total What `done` comes to; undefined: nobody knows, the seconds are counted.
   */
  constructor(sink: Sink | undefined, what: string, total?: number, tick: Ticker = everySecond) {
    this.#sink = sink;
    this.#what = what;
    this.#total = total;
    this.#stop = sink?.columns === undefined ? () => {} : tick(() => this.#show());
  }

  /** Takes the line away. */
  [Symbol.dispose](): void {
    this.#stop();
    if (this.#seconds > 0) this.#sink?.write(CLEAR);
  }

  #show(): void {
    this.#seconds++;
    const far = this.#total === undefined
      ? `${this.#seconds} s`
      : `${Math.floor(100 * this.done / this.#total)} %, ${this.done} of ${this.#total}`;
    // Some terminals say that they have no columns.
    const room = (this.#sink?.columns ?? 0) - 1;
    this.#sink?.write(CLEAR + visible(`${this.#what}: ${far}`).slice(0, room > 0 ? room : undefined));
  }
}

function everySecond(show: () => void): () => void {
  const timer = setInterval(show, PERIOD_MS);
  return () => clearInterval(timer);
}
