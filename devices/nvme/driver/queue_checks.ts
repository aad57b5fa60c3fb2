/** What a queue refuses before a controller sees it: what a command could not carry, and what would leave its memory. */

/** Blocks that one command can name. */
export const MAX_BLOCKS = 0x1_0000;
const LAST_LBA = 0xffff_ffff_ffff_ffffn;

/** Checks which blocks a command is about. @throws {RangeError} for what it cannot carry. */
export function checkBlocks(lba: number | bigint, blocks: number): void {
  if (typeof lba !== "number" || lba >>> 0 !== lba) checkFar(lba);
  if (blocks >>> 0 !== blocks || blocks < 1 || blocks > MAX_BLOCKS) throw wrongCount(blocks);
}

/** Checks a block's number that has more than 32 bits, or is none. */
function checkFar(lba: number | bigint): void {
  if (typeof lba === "number" ? Number.isSafeInteger(lba) && lba >= 0 : lba >= 0n && lba <= LAST_LBA) return;
  throw new RangeError(
    `Cannot use ${lba} as a block: 0 to 2^64 - 1 are possible, and from 2^53 on a bigint is needed`,
  );
}

function wrongCount(blocks: number): RangeError {
  return new RangeError(`Cannot use ${blocks} as count of blocks: 1 to ${MAX_BLOCKS} are possible`);
}

/** Checks which blocks a command moves, from or to memory of `room` bytes. @throws {RangeError} for what does not fit. */
export function checkMove(lba: number | bigint, blocks: number, blockShift: number, room: number): void {
  checkBlocks(lba, blocks);
  const size = blocks * 2 ** blockShift;
  if (size <= room) return;
  throw new RangeError(`Cannot transfer ${size} bytes: the memory that was made ready has ${room}`);
}
