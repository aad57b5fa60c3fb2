/** Descriptor: what every handle of the emulated host has in common. */
import type { Handle } from "../../core/handle.ts";
import type { KernelCalls } from "./kernel_calls.ts";
import { badDescriptor } from "./kernel_error.ts";

/** What a descriptor needs of the process that holds it. */
export interface DescriptorTable {
  readonly calls: KernelCalls;
  /** The machine; a descriptor of another one is none here. */
  readonly machine: object;
  /** Called when a descriptor is made, and when it is closed. */
  opened(): void;
  closed(): void;
}

/** One open descriptor. */
export abstract class Descriptor implements Handle {
  /** The process that holds it. */
  readonly table: DescriptorTable;
  /** What it is called in errors. */
  readonly subject: string;
  #closed = false;

  /** Takes a place in the table. */
  constructor(table: DescriptorTable, subject: string) {
    this.table = table;
    this.subject = subject;
    table.opened();
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Closes it. Again is a no-op. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.table.closed();
    this.release();
  }

  /** The kernel's object that it stands for. */
  abstract readonly state: unknown;

  /** Lets go of what the descriptor held. */
  protected abstract release(): void;

  /** Enters the kernel with this descriptor. @throws {VfioError} `EBADF` when it is closed; what was injected. */
  enter(operation: string, subject: string = this.subject): void {
    this.table.calls.enter(operation, subject);
    if (this.#closed) throw badDescriptor(operation, subject);
  }
}

/**
 * Looks up a descriptor given as an argument, where the kernel does.
 *
 * @returns The descriptor, of whatever kind.
 * @throws {VfioError} `EBADF` when it is closed.
 * @throws {TypeError} when it belongs to no process of this machine.
 */
export function lookUp(
  handle: unknown,
  table: DescriptorTable,
  operation: string,
  subject: string,
): Descriptor {
  if (!(handle instanceof Descriptor) || handle.table.machine !== table.machine) {
    throw new TypeError(`Cannot use it in ${operation}: it is no handle of this emulated host`);
  }
  if (handle.closed) throw badDescriptor(operation, subject);
  return handle;
}
