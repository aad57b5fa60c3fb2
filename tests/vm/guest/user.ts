/** Speaks to another process on the guest, that of uid 1000. */
import type { Result } from "../../unit/cli/captured_io.ts";

const PROCESS = "deno run --no-check --no-prompt --cached-only --allow-ffi tests/vm/guest/user_process.ts";

/** A process of the guest's user; it ends with this one. */
export class User {
  readonly #write: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #read: ReadableStreamDefaultReader<string>;
  #text = "";

  /** Starts it. @param memlock KiB that it may lock. */
  constructor(memlock: number = 8192) {
    const env = { MEMLOCK: String(memlock) };
    const command = new Deno.Command("as-user", { args: [PROCESS], env, stdin: "piped", stdout: "piped" });
    const { stdin, stdout } = command.spawn();
    this.#write = stdin.getWriter();
    this.#read = stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Runs `vfio` with these words as that user. */
  async vfio(...words: readonly string[]): Promise<Result> {
    return await this.#ask("vfio", ...words) as Result;
  }

  /** Opens a device and keeps it. @returns Its first register. */
  async open(address: string): Promise<number> {
    return await this.#ask("open", address) as number;
  }

  /** Opens a device and keeps its own descriptor, not its group's. */
  async openAlone(address: string): Promise<void> {
    await this.#ask("openAlone", address);
  }

  /** Closes all. */
  async close(): Promise<void> {
    await this.#ask("close");
  }

  async #ask(...words: readonly string[]): Promise<unknown> {
    await this.#write.write(new TextEncoder().encode(`${JSON.stringify(words)}\n`));
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#read.read();
      if (done) throw new Error(`The user's process ended: ${this.#text}`);
      this.#text += value;
    }
    const [line = "", ...rest] = this.#text.split("\n");
    this.#text = rest.join("\n");
    const { value, error } = JSON.parse(line);
    if (error !== undefined) throw new Error(error);
    return value;
  }
}
