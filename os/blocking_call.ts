/**
 * Calls that the kernel may hold for long, in a thread of their own: the event loop lives on.
 *
 * The thread is a Worker with a libc and an errno of its own; it ends with its call.
 */
import { startCall } from "./libc.ts";
import { systemError } from "./system_error.ts";

/** A call to make. */
export interface BlockingCall {
  readonly call: "close" | "ioctl";
  readonly fd: number;
  /** The ioctl's number. */
  readonly request?: number;
  /** What the ioctl takes, copied: what the kernel would write into it is lost. @default nothing */
  readonly argument?: Uint8Array<ArrayBuffer>;
  /** The name it has in errors. */
  readonly operation: string;
  readonly subject: string;
}

/**
 * Makes a call.
 *
 * @returns What it returned.
 * @throws {VfioError} what the call gives.
 */
export async function callBlocking(blocking: BlockingCall): Promise<number> {
  const { call, fd, request = 0, argument = null, operation, subject } = blocking;
  const worker = startCall(call, fd, request, argument);
  try {
    const [result, errno] = await answerOf(worker);
    if (result < 0) throw systemError(errno, operation, subject);
    return result;
  } finally {
    worker.terminate();
  }
}

function answerOf(worker: Worker): Promise<readonly [number, number]> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      // Else it would end the program.
      event.preventDefault();
      reject(new Error(`Cannot call libc in a thread of its own: ${event.message}`));
    };
  });
}
