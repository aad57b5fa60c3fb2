/** MadeUpThreads: threads that are not there, whose calls return when a test says so. */

/** What a thread was asked to call. */
export interface MadeUpCall {
  readonly call: "close" | "ioctl";
  readonly fd: number;
  readonly request: number;
  readonly argument: Uint8Array | null;
  /** Returns from it. */
  answer(result: number, errno: number): void;
}

/** Stands in for the engine's threads until it is disposed of. */
export class MadeUpThreads implements Disposable {
  /** What is called for, in order. */
  readonly calls: MadeUpCall[] = [];
  readonly #Worker = globalThis.Worker;

  constructor() {
    const { calls } = this;
    class Thread {
      onmessage?: (event: { data: readonly number[] }) => void;

      postMessage(
        [, call, fd, request, argument]: [string, MadeUpCall["call"], number, number, Uint8Array | null],
      ): void {
        const answer = (result: number, errno: number) => this.onmessage?.({ data: [result, errno] });
        calls.push({ call, fd, request, argument, answer });
      }

      terminate(): void {}
    }
    globalThis.Worker = Thread as unknown as typeof Worker;
  }

  [Symbol.dispose](): void {
    globalThis.Worker = this.#Worker;
  }
}

/** As in a process that may start no more threads. */
export function withoutThreads(): Disposable {
  const { Worker } = globalThis;
  globalThis.Worker = function () {
    throw new Error("no more threads");
  } as unknown as typeof Worker;
  return { [Symbol.dispose]: () => void (globalThis.Worker = Worker) };
}

/** Lets everything go on that waits for nothing but its turn. */
export function turn(): Promise<void> {
  return new Promise((turned) => void setTimeout(turned));
}
