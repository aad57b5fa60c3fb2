/**
 * Page frames: addresses divided by 4096, as numbers.
 *
 * A frame of a 64-bit address fits a number exactly, and numbers are several times faster than bigints. So
 * tables work on frames, and addresses become bigints where they leave this folder.
 */

/** Bytes of a page frame. */
export const PAGE_SIZE = 4096;

/** Frames of the 64-bit address space. */
export const FRAME_LIMIT: number = 2 ** 52;

// A bigint is taken apart fastest by storing it once and reading halves; little-endian, as all of V8's machines are.
const word = new BigUint64Array(1);
const half = new Uint32Array(word.buffer);

/** Tells the frame that an address lies in. */
export function frameOf(address: bigint): number {
  word[0] = address;
  return (half[1] ?? 0) * 0x10_0000 + ((half[0] ?? 0) >>> 12);
}

/** Tells how far into its frame an address lies. */
export function offsetInFrame(address: bigint): number {
  word[0] = address;
  return (half[0] ?? 0) & 0xfff;
}

/** Gives the address `offset` bytes into a frame. */
export function addressOf(frame: number, offset: number = 0): bigint {
  // Bit operations take the low 32 bits of any number, however big.
  half[0] = (frame << 12) | offset;
  half[1] = Math.floor(frame / 0x10_0000);
  return word[0] ?? 0n;
}
