/** struct pollfd: int fd, short events, short revents; and the time that poll(2) takes. */
import { POLLIN } from "./constants_data.ts";

/** Bytes of it. */
export const POLLFD_SIZE = 8;
const LONGEST_MS = 2 ** 31 - 1;

/** Asks for what comes in, as the `i`th of a set. */
export function writePollfd(set: Uint32Array | Int32Array, i: number, fd: number): void {
  set[2 * i] = fd;
  set[2 * i + 1] = POLLIN;
}

/** Whether something has come for the `i`th, or it is in error: reading it tells which. */
export function hasCome(set: Uint32Array | Int32Array, i: number): boolean {
  return (set[2 * i + 1] ?? 0) >>> 16 !== 0;
}

/** Milliseconds as poll(2) takes them: whole, and -1 for ever. */
export function pollTimeout(ms: number): number {
  if (ms === Infinity) return -1;
  return Math.min(Math.max(0, Math.ceil(ms)), LONGEST_MS);
}
