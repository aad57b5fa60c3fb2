/** How a controller is opened. */
import { checkSize, checkTimeout } from "../../../core/checks.ts";

/** How a controller is opened. */
export interface NvmeOptions {
  /** Pairs of I/O queues, each with a vector of its own. @default 1 */
  readonly queues?: number;
  /** Takes fewer when the controller, its BAR or the platform's vectors allow fewer, down to this many. @default `queues` */
  readonly atLeast?: number;
  /** Entries of an I/O queue, 2 to 4096; CAP.MQES bounds it. Each is 80 bytes of DMA memory, and 10 of heap. @default 256 */
  readonly entries?: number;
  /** Which interrupts; "none": all queues are polled for good. @default the best kind that the device has */
  readonly interrupts?: "msix" | "msi" | "intx" | "none";
  /** Milliseconds that an I/O command may take, before it is aborted. @default 30000 */
  readonly timeoutMs?: number;
  /** Milliseconds that an admin command may take, before the controller is reset. @default 60000 */
  readonly adminTimeoutMs?: number;
  /** Milliseconds that a shutdown may take; the controller may ask for more. @default 5000 */
  readonly shutdownMs?: number;
}

/** The longest that a queue may be: ids of commands keep 16 generations. */
const MAX_ENTRIES = 4096;

/** Options that are checked. */
export interface NvmeSettings extends Required<Omit<NvmeOptions, "interrupts">> {
  readonly interrupts: NvmeOptions["interrupts"];
}

/** Checks options. @throws {TypeError} @throws {RangeError} for what cannot be. */
export function settingsOf(options: NvmeOptions): NvmeSettings {
  const { queues = 1, atLeast = queues, entries = 256, interrupts } = options;
  const { timeoutMs = 30_000, adminTimeoutMs = 60_000, shutdownMs = 5000 } = options;
  checkSize("queues", queues);
  checkSize("atLeast", atLeast);
  if (atLeast > queues) {
    throw new RangeError(
      `Cannot open ${queues} queues and at least ${atLeast}: \`queues\` is the most`,
    );
  }
  if (!Number.isInteger(entries) || entries < 2 || entries > MAX_ENTRIES) {
    throw new RangeError(`Cannot make queues of ${entries} entries: 2 to ${MAX_ENTRIES} are possible`);
  }
  checkTimeout(timeoutMs);
  checkTimeout(adminTimeoutMs, "adminTimeoutMs");
  checkTimeout(shutdownMs, "shutdownMs");
  return { queues, atLeast, entries, interrupts, timeoutMs, adminTimeoutMs, shutdownMs };
}
