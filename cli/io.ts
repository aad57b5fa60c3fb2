/** Io: all that a command's run has of the world around it. A test gives it another one. */
import type { Backend } from "../mod.ts";

/** One of the two ways out. */
export interface Sink {
  /** Writes text as it is. @throws {PipeClosed} when nobody reads it any more. */
  write(text: string): void;
  /** Whether it shows colours. */
  readonly colour: boolean;
  /** Columns that it has; undefined: it is no terminal. */
  readonly columns: number | undefined;
}

/** The world around a run. */
export interface Io {
  /** Takes data. */
  readonly out: Sink;
  /** Takes talk. */
  readonly err: Sink;
  /** Gives the machine that devices are on, unless `--emulated` makes one up. */
  backend(): Backend;
  /** Calls `handler` when the user wants an end (Ctrl-C), until disposed of. */
  onInterrupt(handler: () => void): Disposable;
  /** Waits `timeMs`, or until `signal` aborts. */
  pause(timeMs: number, signal: AbortSignal): Promise<void>;
  /** Reads a file as text, "-" for standard input. Bounded: 16 MiB. */
  readText(path: string): Promise<string>;
  /** Reads standard input line by line. */
  lines(): AsyncIterable<string>;
  /**
   * Writes a file, whole or not at all, "-" for standard output.
   *
   * @param replace Puts it in the place of one that is there; else that is an error.
   */
  writeText(path: string, text: string, replace: boolean): Promise<void>;
}

/** Nobody reads on: `vfio list | head -1`. The run ends, quietly. */
export class PipeClosed extends Error {
  /** "PipeClosed". */
  override readonly name: string = "PipeClosed";
}
