import type { Channel } from "./channel.ts";
import { say } from "./say.ts";

/** What the guest's init tells about the course of things. */
export class Control {
  /** What `uname -r` and `uname -v` said. */
  kernel = "";
  kernelVersion = "";
  /** When the script began and ended, on performance.now()'s scale. */
  readyAt: number | undefined;
  exitAt: number | undefined;
  /** The script's exit status. */
  status: number | undefined;
  /** Why the script could not be started. */
  reason: string | undefined;
  /** Whether something still held the script's output 10 s after its end. */
  undrained = false;
  /** Settles when the script ended or could not start, or when QEMU went away. */
  readonly done: Promise<void>;

  /** Starts listening. */
  constructor(channel: Channel) {
    this.done = this.#read(channel);
  }

  async #read(channel: Channel): Promise<void> {
    for await (const line of channel.lines()) {
      const [verb, first = "", ...rest] = line.split(" ");
      switch (verb) {
        case "kernel":
          this.kernel = first;
          this.kernelVersion = rest.join(" ");
          break;
        case "warn":
          say(`${first} ${rest.join(" ")}`);
          break;
        case "ready":
          this.readyAt = performance.now();
          break;
        case "undrained":
          say("something held the script's output 10 s after its end; what it wrote later is lost");
          this.undrained = true;
          break;
        case "die":
          this.reason = `${first} ${rest.join(" ")}`;
          return;
        case "exit":
          this.exitAt = performance.now();
          this.status = Number(first);
          return;
      }
    }
  }
}
