/** Context: what a command works with. */
import type { Backend, Host } from "../mod.ts";
import { PciNames } from "../pci/mod.ts";
import { Interrupted } from "./errors.ts";
import { emulatedBackend } from "./emulated.ts";
import type { Io } from "./io.ts";
import { SCHEMA_VERSION } from "./json.ts";
import type { Json } from "./json.ts";
import { Printer } from "./printer.ts";
import { Progress } from "./progress.ts";
import type { Line, Span } from "./text.ts";

/** Options that every command has. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly dryRun: boolean;
  /** undefined: as the ways out say. */
  readonly color: boolean | undefined;
  /** What `--emulated` says. */
  readonly emulated: string | undefined;
}

/** What a command works with. Dispose ends listening for Ctrl-C. */
export class Context implements Disposable {
  /** Data go here. */
  readonly out: Printer;
  /** Talk goes here; {@linkcode say} and {@linkcode detail} do it. */
  readonly err: Printer;
  /** The answer is a JSON document, or a line of JSON for each thing of a stream. */
  readonly json: boolean;
  /** Nothing is changed; what would be is told. */
  readonly dryRun: boolean;
  /** Tells more: to talk about details. */
  readonly verbose: boolean;
  /** Files, standard input. */
  readonly io: Io;
  readonly #options: GlobalOptions;
  #backend: Backend | undefined;
  #names: PciNames | undefined;
  #interrupt: AbortController | undefined;
  readonly #listening = new DisposableStack();

  /** Makes a context for one run. */
  constructor(io: Io, options: GlobalOptions) {
    this.io = io;
    this.out = new Printer(io.out, options.color ?? io.out.colour);
    this.err = new Printer(io.err, options.color ?? io.err.colour);
    this.json = options.json;
    this.dryRun = options.dryRun;
    this.verbose = options.verbose;
    this.#options = options;
  }

  /** The machine that devices are on, found at the first use: Linux, or what `--emulated` makes up. */
  get backend(): Backend {
    const { emulated } = this.#options;
    return this.#backend ??= emulated === undefined ? this.io.backend() : emulatedBackend(emulated);
  }

  /** What `--emulated` says; undefined: devices are on the machine that this runs on. */
  get scenario(): string | undefined {
    return this.#options.emulated;
  }

  /** The machine as its administrator sees it. */
  get host(): Host {
    return this.backend.host;
  }

  /** Names of vendors and devices, as the machine's pci.ids has them. */
  get names(): PciNames {
    return this.#names ??= new PciNames(this.host.pciIds());
  }

  /**
   * Aborts at Ctrl-C, with an error that ends the run with 130.
   *
   * From the first look at it on Ctrl-C does nothing else: a command that has looked must come to its end by it, and one
   * that has not is ended by the system at once.
   */
  get signal(): AbortSignal {
    if (this.#interrupt === undefined) {
      const interrupt = new AbortController();
      this.#interrupt = interrupt;
      this.#listening.use(this.io.onInterrupt(() => interrupt.abort(new Interrupted("Interrupted"))));
    }
    return this.#interrupt.signal;
  }

  /** Whether Ctrl-C came. */
  get interrupted(): boolean {
    return this.#interrupt?.signal.aborted ?? false;
  }

  /** Gives the answer: as a JSON document with its schemaVersion, or as `lines`, asked for only then. */
  answer(document: { readonly [key: string]: Json }, lines: () => readonly Line[]): void {
    if (this.json) this.out.json({ schemaVersion: SCHEMA_VERSION, ...document });
    else this.out.lines(lines());
  }

  /** Gives one thing of a stream: as a line of JSON, or as `lines`. */
  stream(record: { readonly [key: string]: Json }, lines: () => readonly Line[]): void {
    if (this.json) this.out.json({ schemaVersion: SCHEMA_VERSION, ...record }, "line");
    else this.out.lines(lines());
  }

  /** Says something beside the data, unless `--quiet`. */
  say(...spans: readonly Span[]): void {
    if (!this.#options.quiet) this.err.line(...spans);
  }

  /** Says something that only `--verbose` wants to know. */
  detail(...spans: readonly Span[]): void {
    if (this.verbose) this.err.line(...spans);
  }

  /** Tells on a terminal how far something is that takes long, unless `--quiet`; dispose of it at the end. */
  progress(what: string, total?: number): Progress {
    return new Progress(this.#options.quiet ? undefined : this.io.err, what, total);
  }

  /** Ends listening. */
  [Symbol.dispose](): void {
    this.#listening.dispose();
  }
}
