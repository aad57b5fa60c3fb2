/** ErrorLog: what went wrong, for the host to read. */
import { ByteMemory } from "../../core/byte_memory.ts";
import { registers } from "../../core/registers.ts";
import { isLasting } from "./completion.ts";
import { ERROR_ENTRIES } from "./limits.ts";
import { NVME_ERROR_LOG, NVME_ERROR_SIZE } from "./registers_logs.ts";

/** An error. */
export interface LoggedError {
  readonly sqid: number;
  readonly cid: number;
  readonly nsid: number;
  readonly status: number;
}

/** What stands for the queue and the command of an error that is no command's. */
export const NO_COMMAND = 0xffff;
const NOT_TOLD = 0xffff;

/** The error log: the newest entry first, the oldest are forgotten. */
export class ErrorLog {
  readonly #entries: (LoggedError & { readonly count: number })[] = [];
  #count = 0;

  /** Errors over the controller's life. */
  get count(): number {
    return this.#count;
  }

  /** Adds an error. */
  add(error: LoggedError): void {
    this.#count++;
    this.#entries.unshift({ ...error, count: this.#count });
    if (this.#entries.length > ERROR_ENTRIES) this.#entries.pop();
  }

  /** The log page. */
  page(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(ERROR_ENTRIES * NVME_ERROR_SIZE);
    const memory = new ByteMemory(bytes);
    for (const [i, { count, sqid, cid, nsid, status }] of this.#entries.entries()) {
      const entry = registers(memory, NVME_ERROR_LOG, i * NVME_ERROR_SIZE);
      entry.count.write(BigInt(count));
      entry.sqid.write(sqid);
      entry.cid.write(cid);
      entry.status.write({ status, dnr: isLasting(status) });
      entry.location.write(NOT_TOLD);
      entry.nsid.write(nsid);
    }
    return bytes;
  }
}
