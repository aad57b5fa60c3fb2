/** The real world: Deno's standard streams, files and signals. */
import type { Backend } from "../mod.ts";
import { linux } from "../backends/linux/mod.ts";
import { EXIT, UsageError } from "./errors.ts";
import { PipeClosed } from "./io.ts";
import type { Io, Sink } from "./io.ts";

/** The longest text that is read, in bytes. */
const LONGEST = 2 ** 24;
const STANDARD = "-";

/** A standard stream that text goes to. */
class Stream implements Sink {
  readonly colour: boolean;
  readonly columns: number | undefined;
  readonly #to: typeof Deno.stdout;

  /** Writes to `to`. */
  constructor(to: typeof Deno.stdout) {
    this.#to = to;
    const isTerminal = to.isTerminal();
    this.colour = wantsColour(isTerminal);
    this.columns = isTerminal ? Deno.consoleSize().columns : undefined;
  }

  write(text: string): void {
    let bytes = new TextEncoder().encode(text);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(this.#to.writeSync(bytes));
    } catch (error) {
      throw error instanceof Deno.errors.BrokenPipe ? new PipeClosed() : error;
    }
  }
}

/** NO_COLOR needs no permission to be seen; FORCE_COLOR is looked at only where that is allowed already. */
function wantsColour(isTerminal: boolean): boolean {
  if (Deno.noColor) return false;
  const variable = "FORCE_COLOR";
  const isAllowed = Deno.permissions.querySync({ name: "env", variable }).state === "granted";
  const forced = isAllowed ? Deno.env.get(variable) : undefined;
  return forced === undefined ? isTerminal : forced !== "" && forced !== "0";
}

/** The world that a process has. */
export class TerminalIo implements Io {
  readonly out: Sink = new Stream(Deno.stdout);
  readonly err: Sink = new Stream(Deno.stderr);

  backend(): Backend {
    return linux();
  }

  onInterrupt(handler: () => void): Disposable {
    const listener = () => {
      // Whoever asks twice does not want to wait for the way down.
      Deno.removeSignalListener("SIGINT", listener);
      handler();
    };
    Deno.addSignalListener("SIGINT", listener);
    return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", listener) };
  }

  async pause(timeMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeMs);
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
  }

  async readText(path: string): Promise<string> {
    if (path !== STANDARD) {
      using file = await Deno.open(path);
      return await textOf(file.readable, path);
    }
    return await textOf(Deno.stdin.readable, "standard input");
  }

  async *lines(): AsyncIterable<string> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of Deno.stdin.readable) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LONGEST) throw new UsageError("A line of standard input is too long");
      yield* lines;
    }
    if (rest !== "") yield rest;
  }

  async writeText(path: string, text: string, replace: boolean): Promise<void> {
    if (path === STANDARD) return this.out.write(text);
    if (!replace) return await Deno.writeTextFile(path, text, { createNew: true });
    const draft = `${path}.${crypto.randomUUID()}`;
    await Deno.writeTextFile(draft, text, { createNew: true });
    try {
      await Deno.rename(draft, path);
    } catch (error) {
      await Deno.remove(draft);
      throw error;
    }
  }
}

async function textOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>, what: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LONGEST) throw new UsageError(`${what} is too long: ${LONGEST} bytes are read at most`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Runs a program to its end, and leaves the process with its status. */
export async function runInTerminal(main: (io: Io) => Promise<number>): Promise<never> {
  try {
    Deno.exit(await main(new TerminalIo()));
  } catch (error) {
    // Where the errors go to is closed as well.
    Deno.exit(error instanceof PipeClosed ? EXIT.ok : EXIT.failed);
  }
}
