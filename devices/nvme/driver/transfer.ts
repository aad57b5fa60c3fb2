/** NvmeTransfer: DMA memory made ready for commands, once for any number of them. */
import { checkSize } from "../../../core/checks.ts";
import type { DmaBuffer } from "../../../driverkit/dma.ts";
import { scatterList } from "../../../driverkit/scatter_list.ts";
import type { PrpLists } from "./prp_lists.ts";

/** PRPs point at multiples of it. */
const ALIGNMENT = 4;

/** What transfers of a controller are bound by. */
export interface TransferLimits {
  /** Bytes of a memory page, as `cc.mps` has it. */
  readonly pageSize: number;
  /** Bytes that one command moves at most. */
  readonly maxTransfer: number;
}

/**
 * A piece of DMA memory with the PRPs that commands tell the controller: made once, used by any number of commands, also
 * of several at a time and on several queues. It does not own the memory.
 *
 * A command that moves fewer bytes moves the first ones. Dispose gives its list of pages back; commands that use it
 * must have ended before.
 *
 * @see NVM Express Base Specification 1.4, section 4.3
 */
export class NvmeTransfer implements Disposable {
  // Numbers begin as numbers, for the reason that CommandRing has.
  /** The memory. */
  readonly buffer: DmaBuffer;
  /** Bytes from the start of the buffer. */
  readonly offset: number = 0;
  /** Bytes. */
  readonly size: number = 0;
  /** Bytes up to the end of the first page. @internal */
  readonly first: number = 0;
  /** Bytes up to the end of the second page. @internal */
  readonly second: number = 0;
  /** PRP1: where the first page is. @internal */
  readonly firstLow: number = 0;
  /** Its upper half. @internal */
  readonly firstHigh: number = 0;
  /** PRP2 of two pages: where the second is. @internal */
  readonly secondLow: number = 0;
  /** Its upper half. @internal */
  readonly secondHigh: number = 0;
  /** PRP2 of more pages: where the list of all but the first is. @internal */
  readonly listLow: number = 0;
  /** Its upper half. @internal */
  readonly listHigh: number = 0;
  readonly #lists: PrpLists;
  #list: number | undefined;

  /** Makes memory ready; `Nvme.prepare()` does it. */
  constructor(buffer: DmaBuffer, offset: number, size: number, limits: TransferLimits, lists: PrpLists) {
    const { pageSize, maxTransfer } = limits;
    checkSize("size", size);
    if (!Number.isInteger(offset) || offset < 0 || offset % ALIGNMENT !== 0 || offset + size > buffer.size) {
      throw new RangeError(
        `Cannot transfer ${size} bytes at ${offset}: a multiple of ${ALIGNMENT} inside the buffer's ${buffer.size} bytes is needed`,
      );
    }
    if (size > maxTransfer) {
      throw new RangeError(
        `Cannot transfer ${size} bytes with one command: the controller takes ${maxTransfer} at most`,
      );
    }
    const [one, two, ...more] = scatterList(buffer.iova + BigInt(offset), size, pageSize);
    this.buffer = buffer;
    this.offset = offset;
    this.size = size;
    this.first = one?.size ?? 0;
    this.second = this.first + (two?.size ?? 0);
    this.#lists = lists;
    let list = 0n;
    if (two !== undefined && more.length > 0) {
      this.#list = lists.take([two.iova, ...more.map(({ iova }) => iova)]);
      list = lists.iova(this.#list);
    }
    const [first = 0n, second = 0n] = [one?.iova, two?.iova];
    this.firstLow = wordOf(first);
    this.firstHigh = wordOf(first >> 32n);
    this.secondLow = wordOf(second);
    this.secondHigh = wordOf(second >> 32n);
    this.listLow = wordOf(list);
    this.listHigh = wordOf(list >> 32n);
  }

  /** Where the memory begins for the controller. */
  get iova(): bigint {
    return this.buffer.iova + BigInt(this.offset);
  }

  /** A view of the memory; detached (length 0) when the buffer is disposed of. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.buffer.bytes.subarray(this.offset, this.offset + this.size);
  }

  /** Gives the list of pages back. Again is a no-op. */
  [Symbol.dispose](): void {
    if (this.#list === undefined) return;
    this.#lists.give(this.#list);
    this.#list = undefined;
  }
}

/** The lower 32 bits, signed: V8 keeps such a number in the object itself, and a queue's words are the same. */
function wordOf(address: bigint): number {
  return Number(BigInt.asIntN(32, address));
}
