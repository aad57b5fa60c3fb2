import { concat } from "./bytes.ts";

/** The channels between harness and QEMU: the script's output, the guest's control messages, two monitors. */
export const PORTS = ["out", "err", "ctl", "hmp", "qmp"] as const;

/** A unix socket that QEMU connects to. */
export class Channel {
  readonly #listener: Deno.UnixListener;
  #connection: Deno.UnixConn | undefined;

  /** Listens at `path`, which must be shorter than 108 bytes. */
  constructor(path: string) {
    this.#listener = Deno.listen({ transport: "unix", path });
  }

  /** Yields what QEMU sends until it goes away or the channel is closed. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      this.#connection = await this.#listener.accept();
      const buffer = new Uint8Array(65536);
      for (let count = await this.#connection.read(buffer); count !== null;) {
        yield buffer.slice(0, count);
        count = await this.#connection.read(buffer);
      }
    } catch (error) {
      // Reset: QEMU was killed. The others: close() was called while waiting.
      if (error instanceof Deno.errors.ConnectionReset) return;
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
      throw error;
    }
  }

  /** Yields what QEMU sends line by line, without line ends. */
  async *lines(): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of this.chunks()) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = parts.pop() ?? "";
      yield* parts;
    }
  }

  /** Sends text; nothing happens when QEMU is not there, or no longer. */
  async send(text: string): Promise<void> {
    let bytes = new TextEncoder().encode(text);
    try {
      while (bytes.length > 0 && this.#connection !== undefined) {
        bytes = bytes.subarray(await this.#connection.write(bytes));
      }
    } catch {
      // Whoever waits for an answer learns from the end of chunks().
    }
  }

  /** Ends chunks() and lines(). */
  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#listener.close();
  }
}

/** One of the script's output streams. */
export class Output {
  readonly #end: Uint8Array;
  readonly #chunks: Uint8Array[] = [];
  readonly #done: Promise<void>;
  #complete = false;

  /**
   * Starts reading.
   *
   * @param end What the guest writes after the last byte.
   * @param echo Gets every chunk as it comes.
   */
  constructor(channel: Channel, end: string, echo?: (chunk: Uint8Array) => void) {
    this.#end = new TextEncoder().encode(end);
    this.#done = this.#read(channel, echo);
  }

  /** Whether all of it has come. */
  get complete(): boolean {
    return this.#complete;
  }

  /** All that has come so far. */
  get text(): string {
    const bytes = concat(this.#chunks);
    return new TextDecoder().decode(this.#complete ? bytes.subarray(0, -this.#end.length) : bytes);
  }

  /** Settles when all of it has come, or no more can come. */
  get done(): Promise<void> {
    return this.#done;
  }

  async #read(channel: Channel, echo: ((chunk: Uint8Array) => void) | undefined): Promise<void> {
    let tail: Uint8Array = new Uint8Array();
    for await (const chunk of channel.chunks()) {
      this.#chunks.push(chunk);
      echo?.(chunk);
      tail = concat([tail, chunk]).slice(-this.#end.length);
      this.#complete = tail.every((byte, index) => byte === this.#end[index]) &&
        tail.length === this.#end.length;
      if (this.#complete) return;
    }
  }
}
