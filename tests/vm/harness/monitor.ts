import type { Channel } from "./channel.ts";

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** How often QEMU is asked how it is. */
const PING_MS = 250;

/**
 * QEMU's machine protocol.
 *
 * It asks for the status four times a second, not for the answer: QEMU's main loop now and then misses a timer and
 * then sleeps for good, and any event wakes it.
 *
 * @see QEMU docs/interop/qmp-spec.txt
 */
export class Monitor {
  readonly #channel: Channel;
  readonly #waiting: ((answer: Answer | undefined) => void)[] = [];
  #ping: ReturnType<typeof setInterval> | undefined;
  #gone = false;
  /** Settles when QEMU is gone. */
  readonly done: Promise<void>;

  /** Starts talking as soon as QEMU connects. */
  constructor(channel: Channel) {
    this.#channel = channel;
    this.done = this.#read();
  }

  /** Executes a command of the machine protocol; undefined when QEMU is gone. */
  async call(execute: string, parameters: Record<string, unknown> = {}): Promise<Answer | undefined> {
    if (this.#gone) return undefined;
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    this.#waiting.push(resolve);
    await this.#channel.send(`${JSON.stringify({ execute, arguments: parameters })}\n`);
    return await promise;
  }

  /** Executes a line of the human monitor and returns what it prints. */
  async human(line: string): Promise<string> {
    const answer = await this.call("human-monitor-command", { "command-line": line });
    if (typeof answer?.return === "string") return answer.return.replaceAll("\r\n", "\n");
    return answer?.error?.desc ?? "";
  }

  /** Answers the guest's `hmp` command: a line with a lone dot ends each answer. */
  async serve(channel: Channel): Promise<void> {
    for await (const line of channel.lines()) {
      const said = await this.human(line);
      await channel.send(said === "" || said.endsWith("\n") ? `${said}.\n` : `${said}\n.\n`);
    }
  }

  async #read(): Promise<void> {
    for await (const line of this.#channel.lines()) {
      const message = JSON.parse(line);
      if ("QMP" in message) this.#greet();
      else if ("return" in message || "error" in message) this.#waiting.shift()?.(message);
    }
    this.#gone = true;
    clearInterval(this.#ping);
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  /** Commands are taken only after the capabilities have been agreed on. */
  #greet(): void {
    this.call("qmp_capabilities");
    this.#ping = setInterval(() => this.call("query-status"), PING_MS);
  }
}
