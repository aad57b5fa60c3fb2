/** Descriptor: what every handle on Linux is, and how one is told from a handle of another backend. */
import type { Handle } from "../core/handle.ts";
import { EINTR } from "./constants_data.ts";
import { errno, libc } from "./libc.ts";
import { systemError } from "./system_error.ts";

/**
 * The number that stands for a descriptor which is disposed of: no limit lets a process have it, so the kernel answers
 * `EBADF`, at the place where it looks the descriptor up. The old number may be somebody else's by then.
 */
export const CLOSED = 0x7fff_ffff;

/** One open descriptor. */
export abstract class Descriptor implements Handle {
  /** What it is called in errors. */
  readonly subject: string;
  #fd: number;

  /** Owns `fd` from here on. */
  constructor(fd: number, subject: string) {
    this.#fd = fd;
    this.subject = subject;
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#fd === CLOSED;
  }

  /** The descriptor's number; {@linkcode CLOSED} after dispose. */
  get fd(): number {
    return this.#fd;
  }

  /** Closes it. Again is a no-op. */
  [Symbol.dispose](): void {
    const fd = this.leave();
    if (fd !== CLOSED) closeDescriptor(fd, this.subject);
  }

  /** Gives the number away, for good; {@linkcode CLOSED} when that has been done. */
  protected leave(): number {
    const fd = this.#fd;
    this.#fd = CLOSED;
    return fd;
  }
}

/**
 * Tells the number of a handle's descriptor; {@linkcode CLOSED} when it is disposed of.
 *
 * @throws {TypeError} for a handle of another backend.
 */
export function descriptorOf(handle: Handle): number {
  if (!(handle instanceof Descriptor)) {
    throw new TypeError("Cannot pass the handle to the kernel: it is none of this backend's");
  }
  return handle.fd;
}

/** Closes a descriptor; Linux has closed it also when close() says EINTR. */
export function closeDescriptor(fd: number, subject: string): void {
  if (libc().close(fd) === 0) return;
  const number = errno();
  if (number !== EINTR) throw systemError(number, "close", subject);
}
