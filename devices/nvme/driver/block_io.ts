/** Moving data of any length: cut into pieces that one command can move, several at a time. */
import { byteLengthOf } from "../../../core/checks.ts";
import { DmaBuffer } from "../../../driverkit/dma.ts";
import { NvmeTransfer } from "./transfer.ts";

/** Pieces under way at a time. */
const PARALLEL = 8;

/** What data are moved to or from: copied through DMA memory, or where the controller reaches them itself. */
export type NvmeData = Uint8Array | DmaBuffer | NvmeTransfer;

/** What moving data needs of the session. */
export interface PieceSource {
  readonly identity: { readonly maxTransfer: number };
  readonly bounce: { readonly size: number; take(): Promise<NvmeTransfer>; give(piece: NvmeTransfer): void };
  prepare(buffer: DmaBuffer, offset: number, size: number): NvmeTransfer;
}

/** Bytes of data. @throws {TypeError} for what is none of the kinds. */
export function sizeOf(data: NvmeData): number {
  return data instanceof NvmeTransfer || data instanceof DmaBuffer ? data.size : byteLengthOf("data", data);
}

/**
 * Moves data piece by piece. After the first piece that fails no other begins; it ends when none is under way any more.
 *
 * @param move Moves `size` bytes, which begin `offset` bytes into the data, from or to the memory.
 */
export function moveData(
  source: PieceSource,
  data: NvmeData,
  direction: "read" | "write",
  move: (memory: NvmeTransfer, offset: number, size: number) => Promise<unknown>,
): Promise<unknown> {
  if (data instanceof NvmeTransfer) return move(data, 0, data.size);
  if (data instanceof DmaBuffer) {
    return inPieces(data.size, source.identity.maxTransfer, async (offset, size) => {
      using memory = source.prepare(data, offset, size);
      await move(memory, offset, size);
    });
  }
  return inPieces(data.length, source.bounce.size, async (offset, size) => {
    const memory = await source.bounce.take();
    try {
      if (direction === "write") memory.bytes.set(data.subarray(offset, offset + size));
      await move(memory, offset, size);
      if (direction === "read") data.set(memory.bytes.subarray(0, size), offset);
    } finally {
      source.bounce.give(memory);
    }
  });
}

/** Does something for each piece of `total`, several at a time. */
export async function inPieces(
  total: number,
  piece: number,
  work: (offset: number, size: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < total && !failed) {
      const offset = next;
      next += piece;
      try {
        await work(offset, Math.min(piece, total - offset));
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(PARALLEL, Math.ceil(total / piece)) }, worker);
  const rejected = (await Promise.allSettled(workers)).find((each) => each.status === "rejected");
  if (rejected !== undefined) throw rejected.reason;
}
