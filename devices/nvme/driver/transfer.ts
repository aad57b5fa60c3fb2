/** NvmeTransfer: DMA memory made ready for commands, once for any number of them. */
import { checkSize } from "../../../core/checks.ts";
import type { DmaBuffer } from "../../../driverkit/dma.ts";
import { scatterList } from "../../../driverkit/scatter_list.ts";
import type { PrpLists } from "./prp_lists.ts";

/** PRPs point at multiples of it. */
const ALIGNMENT = 4;
const U32 = 0xffff_ffffn;

/** Where in `prps` PRP1 stands, and what can be PRP2: nothing, the second page, the list of all pages but the first. */
export const PRPS = { first: 0, none: 2, page: 4, list: 6 } as const;

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
  /** The memory. */
  readonly buffer: DmaBuffer;
  /** Bytes from the start of the buffer. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Bytes up to the end of the first page. @internal */
  readonly first: number;
  /** Bytes up to the end of the second page. @internal */
  readonly second: number;
  /** PRP1 and what can be PRP2, at {@linkcode PRPS}, the lower half of each first. @internal */
  readonly prps: Uint32Array;
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
    this.prps = Uint32Array.from(
      [one?.iova ?? 0n, 0n, two?.iova ?? 0n, list].flatMap((address) => [
        Number(address & U32),
        Number(address >> 32n),
      ]),
    );
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
