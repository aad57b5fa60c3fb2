/** A world for the command without a process around it: what it prints is kept, files are texts in a map. */
import type { Backend } from "../../../mod.ts";
import type { Io, Sink } from "../../../cli/io.ts";
import { PipeClosed } from "../../../cli/io.ts";
import { main } from "../../../cli/main.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";

/** What a run is given. */
export interface World {
  /** @default an emulated host without devices */
  readonly backend?: Backend;
  /** Standard input. @default empty */
  readonly input?: string;
  /** Files by path; what the command writes is put there. @default none */
  readonly files?: Map<string, string>;
  /** Whether both ways out are terminals with colours. @default false */
  readonly colour?: boolean;
  /** Lines after which nobody reads standard output any more. @default all are read */
  readonly linesRead?: number;
  /** Is called at each pause; none takes any time. */
  readonly paused?: () => void;
  /** Is called with what ends the run as Ctrl-C does, when the command begins to listen for it. */
  readonly interrupt?: (press: () => void) => void;
}

/** What a run left. */
export interface Result {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** Whether it still listens for Ctrl-C. */
  readonly listening: boolean;
}

class KeepingSink implements Sink {
  text = "";
  readonly colour: boolean;
  readonly columns: number | undefined;
  readonly #lines: number;

  constructor(colour: boolean, lines: number = Infinity) {
    this.colour = colour;
    this.columns = colour ? 80 : undefined;
    this.#lines = lines;
  }

  write(text: string): void {
    if (this.text.split("\n").length > this.#lines) throw new PipeClosed();
    this.text += text;
  }
}

/** Runs `vfio` with these words. */
export async function vfio(args: readonly string[], world: World = {}): Promise<Result> {
  const { backend = new EmulatedHost(), input = "", files = new Map(), colour = false, interrupt } = world;
  const out = new KeepingSink(colour, world.linesRead);
  const err = new KeepingSink(colour);
  const handlers = new Set<() => void>();
  const io: Io = {
    out,
    err,
    backend: () => backend,
    onInterrupt: (handler) => {
      handlers.add(handler);
      interrupt?.(() => handlers.forEach((each) => each()));
      return { [Symbol.dispose]: () => handlers.delete(handler) };
    },
    pause: () => Promise.resolve(world.paused?.()),
    readText: (path) => {
      const text = path === "-" ? input : files.get(path);
      if (text === undefined) return Promise.reject(new Error(`No such file: ${path}`));
      return Promise.resolve(text);
    },
    lines: async function* () {
      yield* await Promise.resolve(
        input.split("\n").filter((line, index, all) => line !== "" || index < all.length - 1),
      );
    },
    writeText: (path, text, replace) => {
      if (path === "-") return Promise.resolve(out.write(text));
      if (files.has(path) && !replace) return Promise.reject(new Error(`File exists: ${path}`));
      files.set(path, text);
      return Promise.resolve();
    },
  };
  const status = await main(args, io);
  return { status, out: out.text, err: err.text, listening: handlers.size > 0 };
}

/** The document that a run printed, without its version. */
export function documentOf({ out }: Result): Record<string, unknown> {
  const { schemaVersion: _, ...document } = JSON.parse(out);
  return document;
}
