/** BouncePool: DMA memory that data of ordinary arrays go through. */
import type { DmaBuffer } from "../../../driverkit/dma.ts";
import type { NvmeTransfer } from "./transfer.ts";

/** Pieces under way at a time. */
const PIECES = 16;

/** Pieces of DMA memory, handed out in turn; made at the first use, and kept. */
export class BouncePool {
  /** Bytes of a piece. */
  readonly size: number;
  readonly #allocate: (size: number) => DmaBuffer;
  readonly #prepare: (buffer: DmaBuffer, offset: number, size: number) => NvmeTransfer;
  #free: NvmeTransfer[] | undefined;
  readonly #waiting: ((piece: NvmeTransfer) => void)[] = [];

  /**
   * Makes a pool of pieces of `size` bytes.
   *
   * @param allocate Gives DMA memory for all of them.
   * @param prepare Makes a part of it ready for commands.
   */
  constructor(
    size: number,
    allocate: (size: number) => DmaBuffer,
    prepare: (buffer: DmaBuffer, offset: number, size: number) => NvmeTransfer,
  ) {
    this.size = size;
    this.#allocate = allocate;
    this.#prepare = prepare;
  }

  /** Takes a piece, as soon as there is one. */
  async take(): Promise<NvmeTransfer> {
    this.#free ??= this.#pieces();
    return this.#free.pop() ?? await new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a piece back. */
  give(piece: NvmeTransfer): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free?.push(piece);
    else next(piece);
  }

  #pieces(): NvmeTransfer[] {
    const buffer = this.#allocate(PIECES * this.size);
    return Array.from({ length: PIECES }, (_, i) => this.#prepare(buffer, i * this.size, this.size));
  }
}
