/** Levels of a page table: how much an entry stands for, and which entry an address takes. Level 0 is the lowest. */

/** Entries of a table: 9 bits of an address choose one. */
export const ENTRIES = 512;
/** Levels of a new table. */
export const FIRST_LEVELS = 3;

/** Bit operations take the low 32 bits of a number, so what is above the first levels is split off before. */
const PER_FIRST_LEVELS = 1 / ENTRIES ** FIRST_LEVELS;
const SPANS: readonly number[] = [0, 1, 2, 3, 4, 5, 6].map((level) => ENTRIES ** level);

/** Tells how many frames one entry of some level stands for. */
export function spanOf(level: number): number {
  return SPANS[level] ?? 0;
}

/** Tells which of a table's entries a frame takes at some level. */
export function indexOf(frame: number, level: number): number {
  if (level < FIRST_LEVELS) return (frame >>> (9 * level)) & 511;
  return (Math.floor(frame * PER_FIRST_LEVELS) >>> (9 * (level - FIRST_LEVELS))) & 511;
}

/**
 * Tells the level of the biggest page that fits: 0 is 4 KiB, 1 is 2 MiB, 2 is 1 GiB.
 *
 * @param misaligned The frame, or-ed with the physical one.
 */
export function pageLevel(misaligned: number, pages: number): number {
  if (pages < ENTRIES || (misaligned & 511) !== 0) return 0;
  return pages < ENTRIES ** 2 || (misaligned & 0x3_ffff) !== 0 ? 1 : 2;
}
