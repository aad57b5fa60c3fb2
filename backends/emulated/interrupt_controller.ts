/** The machine's interrupt remapping: which message of which device means which handler. */
import type { Message } from "../../devices/msix_table.ts";

/** Messages are writes to this megabyte. */
export const WINDOW_START = 0xfee0_0000n;
export const WINDOW_LAST = 0xfeef_ffffn;
/** Remappable format, with a subhandle in the data. */
const FORMAT = 0x10n;
const SUBHANDLE = 0x08n;

interface Entry {
  readonly source: string;
  readonly handler: () => void;
}

/** Interrupts a device holds; give them back with {@linkcode InterruptController.free}. */
export interface InterruptBlock {
  /** The handle of the first. */
  readonly handle: number;
  readonly count: number;
}

/**
 * VT-d's interrupt remapping table.
 *
 * @see Intel Virtualization Technology for Directed I/O, section 5.1
 */
export class InterruptController {
  readonly #entries = new Map<number, Entry>();
  #next = 0;

  /** Gives a device interrupts with consecutive handles. */
  allocate(source: string, handlers: readonly (() => void)[]): InterruptBlock {
    const handle = this.#next;
    handlers.forEach((handler, i) => this.#entries.set(handle + i, { source, handler }));
    this.#next += handlers.length;
    return { handle, count: handlers.length };
  }

  /** Takes interrupts away. */
  free(block: InterruptBlock): void {
    for (let i = 0; i < block.count; i++) this.#entries.delete(block.handle + i);
  }

  /** The message to program into a device: for a vector of its own, or the base of a block (MSI counts up its data). */
  message(block: InterruptBlock, vector = 0): Message {
    const handle = BigInt(block.handle + vector);
    return {
      address: WINDOW_START | ((handle & 0x7fffn) << 5n) | FORMAT | SUBHANDLE | ((handle >> 15n) << 2n),
      data: 0,
    };
  }

  /**
   * Takes a message.
   *
   * @returns Why it was blocked, in VT-d's words; undefined when it was delivered.
   */
  deliver(source: string, message: Message): string | undefined {
    const { address, data } = message;
    if ((address & FORMAT) === 0n) {
      return "[fault reason 0x25] Blocked a compatibility format interrupt request";
    }
    const base = Number((address >> 5n) & 0x7fffn) | (Number((address >> 2n) & 1n) << 15);
    const entry = this.#entries.get(base + ((address & SUBHANDLE) === 0n ? 0 : data & 0xffff));
    if (entry === undefined) return "[fault reason 0x22] Present field in the IRTE entry is clear";
    if (entry.source !== source) {
      return "[fault reason 0x26] Blocked an interrupt request due to source-id verification failure";
    }
    entry.handler();
    return undefined;
  }
}
