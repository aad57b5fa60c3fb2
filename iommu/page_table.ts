/** PageTable: what an IOMMU walks to translate an access of a device. */
import { ENTRIES, FIRST_LEVELS, indexOf, pageLevel, spanOf } from "./table_levels.ts";
import { grown, tableOf, TablePool, USED } from "./table_pool.ts";

/** The right of devices to read a page. */
export const READ: number = 1;
/** The right of devices to write a page. */
export const WRITE: number = 2;
/** What {@linkcode PageTable.translate} gives where there is no page. */
export const NOT_MAPPED: number = -1;
/** What {@linkcode PageTable.translate} gives where there is a page without the right. */
export const NOT_PERMITTED: number = -2;

const RIGHTS = READ | WRITE;
/** A page's word is its physical frame times this, and its rights; 0 is no page. */
const FRAME_UNIT = 4;
/** Frames that a table of level 2 covers: 512 ** 3. Said here, since what is imported costs a load at each translation. */
const LOW_END = 0x800_0000;
/** An upper entry that is a page; its word lies beside it. */
const SUPERPAGE = -1;

/**
 * A page table.
 *
 * A radix table of 9 bits a level with superpages of 2 MiB and 1 GiB, as VT-d's second-level tables and AMD-Vi's v1
 * tables are: a translation costs one load a level, whatever the number of mappings. As AMD-Vi's it begins with three
 * levels, and gets one more when an address needs it.
 *
 * All addresses are page frames: numbers of 4 KiB. Tables lie side by side in typed arrays, so that nothing is
 * allocated but when these grow. A table that holds nothing any more is given back, but for the one that was emptied
 * last: who maps and unmaps one page makes no table each time.
 */
export class PageTable {
  readonly #upperPool = new TablePool();
  readonly #lowestPool = new TablePool();
  /** By upper entry: 0, the table below, or {@linkcode SUPERPAGE}. */
  #upper = new Int32Array(this.#upperPool.room);
  /** By upper entry that is a page: its word. */
  #superpages = new Float64Array(this.#upperPool.room);
  /** By entry of a lowest table: the page's word. */
  #words = new Float64Array(this.#lowestPool.room);
  #root = this.#upperPool.allocate();
  #levels = FIRST_LEVELS;
  /** The table of level 2 for the lowest addresses; 0: there is none. */
  #low = this.#root;
  /** A frame whose lowest table was emptied last, and that table. */
  #emptied = 0;
  #emptiedTable = 0;

  /** How many tables there are: the root, those that hold something, those that lead to the one emptied last. */
  get tableCount(): number {
    return this.#upperPool.size + this.#lowestPool.size;
  }

  /**
   * Translates an access.
   *
   * @param frame Page frame that the device accesses.
   * @param right {@linkcode READ} or {@linkcode WRITE}.
   * @returns The physical page frame; {@linkcode NOT_MAPPED} or {@linkcode NOT_PERMITTED}.
   */
  translate(frame: number, right: number): number {
    const table = this.#lowestTable(frame);
    if (table === SUPERPAGE) return this.#translateSuperpage(frame, right);
    const word = this.#words[table + (frame & 511)] ?? 0;
    const rights = word & RIGHTS;
    if ((rights & right) === 0) return rights === 0 ? NOT_MAPPED : NOT_PERMITTED;
    return (word - rights) / FRAME_UNIT;
  }

  /**
   * Maps `pages` page frames from `frame` on to those from `physical` on, with pages as big as they fit. What was
   * mapped there is replaced.
   *
   * @param rights {@linkcode READ}, {@linkcode WRITE} or both together; 0 unmaps.
   */
  map(frame: number, physical: number, pages: number, rights: number): void {
    if (rights === 0) return this.unmap(frame, pages);
    const table = this.#lowestTable(frame);
    // What lies in one table that is there needs nothing else.
    if (table > 0 && (frame & 511) + pages < ENTRIES) {
      this.#fill(table, frame, physical * FRAME_UNIT + rights, pages);
    } else this.#mapAcross(frame, physical, pages, rights);
  }

  /** Unmaps `pages` page frames from `frame` on. Empty parts cost nothing; a superpage that the range cuts is split. */
  unmap(frame: number, pages: number): void {
    const table = this.#lowestTable(frame);
    if (table > 0 && (frame & 511) + pages <= ENTRIES) this.#clear(table, frame, pages);
    else this.#unmapAcross(frame, pages);
  }

  #mapAcross(frame: number, physical: number, pages: number, rights: number): void {
    while (frame + pages > spanOf(this.#levels)) this.#grow();
    for (let done = 0; done < pages;) {
      const at = frame + done;
      const word = (physical + done) * FRAME_UNIT + rights;
      const level = pageLevel(at | (physical + done), pages - done);
      const count = level > 0 ? spanOf(level) : Math.min(pages - done, ENTRIES - (at & 511));
      const entry = this.#entryFor(at, Math.max(level, 1));
      if (level > 0) this.#setPage(entry, level, word);
      else this.#fill(this.#tableAt(entry, 1), at, word, count);
      done += count;
    }
  }

  #unmapAcross(frame: number, pages: number): void {
    const end = Math.min(frame + pages, spanOf(this.#levels));
    for (let at = frame; at < end;) {
      const table = this.#lowestTable(at);
      const count = Math.min(end - at, ENTRIES - (at & 511));
      if (table > 0) this.#clear(table, at, count);
      at += table > 0 ? count : this.#unmapUpper(at, end - at);
    }
  }

  /** Passes what is empty, takes a superpage away, or splits one. @returns How many frames were done. */
  #unmapUpper(frame: number, pages: number): number {
    const level = this.#lastLevel(frame);
    const span = spanOf(level);
    const count = Math.min(pages, span - frame % span);
    const entry = this.#entryFor(frame, level);
    if (this.#upper[entry] === 0) return count;
    if (count === span) this.#clearEntry(frame, level);
    else this.#tableAt(entry, level);
    return count === span ? count : 0;
  }

  #translateSuperpage(frame: number, right: number): number {
    const level = this.#lastLevel(frame);
    const word = this.#superpages[this.#entryFor(frame, level)] ?? 0;
    const rights = word & RIGHTS;
    if ((rights & right) === 0) return NOT_PERMITTED;
    return (word - rights) / FRAME_UNIT + frame % spanOf(level);
  }

  /** Puts pages into a lowest table. */
  #fill(table: number, frame: number, word: number, pages: number): void {
    const words = this.#words;
    const start = table + (frame & 511);
    let added = 0;
    for (let index = 0; index < pages; index++) {
      if (words[start + index] === 0) added++;
      words[start + index] = word + index * FRAME_UNIT;
    }
    words[table + USED] = (words[table + USED] ?? 0) + added;
  }

  /** Takes pages out of a lowest table. */
  #clear(table: number, frame: number, pages: number): void {
    const words = this.#words;
    const start = table + (frame & 511);
    let removed = 0;
    for (let index = 0; index < pages; index++) {
      if (words[start + index] !== 0) removed++;
      words[start + index] = 0;
    }
    const used = (words[table + USED] ?? 0) - removed;
    words[table + USED] = used;
    if (used === 0) this.#retire(table, frame);
  }

  /** Gives the lowest table back that was emptied before this one. */
  #retire(table: number, frame: number): void {
    if (table !== this.#emptiedTable) {
      const other = this.#lowestTable(this.#emptied);
      if (other > 0 && this.#words[other + USED] === 0) this.#clearEntry(this.#emptied, 1);
      this.#emptiedTable = table;
    }
    this.#emptied = frame;
  }

  /** Finds the lowest table on the way to a frame. @returns 0: there is none; {@linkcode SUPERPAGE}: a page stands there. */
  #lowestTable(frame: number): number {
    return frame < LOW_END ? this.#walk(this.#low, frame) : this.#walk(this.#thirdTable(frame), frame);
  }

  /** Goes from a table of level 2 down to the lowest. */
  #walk(table: number, frame: number): number {
    const upper = this.#upper;
    const below = upper[table + ((frame >>> 18) & 511)] ?? 0;
    return below <= 0 ? below : upper[below + ((frame >>> 9) & 511)] ?? 0;
  }

  /** Finds the table of level 2 on the way to a frame. @returns 0: there is none. */
  #thirdTable(frame: number): number {
    if (frame >= spanOf(this.#levels)) return 0;
    let table = this.#root;
    for (let level = this.#levels - 1; level >= FIRST_LEVELS; level--) {
      table = this.#upper[table + indexOf(frame, level)] ?? 0;
    }
    return table;
  }

  /** Tells the level where the way to a frame ends above a lowest table: in an empty entry, or in a superpage. */
  #lastLevel(frame: number): number {
    let table = this.#root;
    for (let level = this.#levels - 1;; level--) {
      table = this.#upper[table + indexOf(frame, level)] ?? 0;
      if (table <= 0) return level;
    }
  }

  /** Finds the upper entry of some level on the way to a frame; makes the tables above that are missing. */
  #entryFor(frame: number, lowest: number): number {
    let table = this.#root;
    for (let level = this.#levels - 1; level > lowest; level--) {
      table = this.#tableAt(table + indexOf(frame, level), level);
    }
    return table + indexOf(frame, lowest);
  }

  /** Gives the table below an upper entry of some level; makes it when there is none, of the parts of a superpage. */
  #tableAt(at: number, level: number): number {
    const entry = this.#upper[at] ?? 0;
    if (entry > 0) return entry;
    const table = level === 1 ? this.#allocateLowest() : this.#allocateUpper();
    if (entry === SUPERPAGE) {
      const words = level === 1 ? this.#words : this.#superpages;
      const step = spanOf(level - 1) * FRAME_UNIT;
      for (let index = 0; index < ENTRIES; index++) {
        words[table + index] = (this.#superpages[at] ?? 0) + index * step;
      }
      if (level > 1) this.#upper.fill(SUPERPAGE, table, table + ENTRIES);
      (level === 1 ? this.#words : this.#upper)[table + USED] = ENTRIES;
    }
    this.#set(at, table);
    return table;
  }

  /** Puts a superpage in the place of what was there. */
  #setPage(at: number, level: number, word: number): void {
    this.#drop(this.#upper[at] ?? 0, level - 1);
    this.#set(at, SUPERPAGE);
    this.#superpages[at] = word;
  }

  /** Empties the entry of some level on the way to a frame, and gives the tables back that are empty then. */
  #clearEntry(frame: number, level: number): void {
    const at = this.#entryFor(frame, level);
    this.#drop(this.#upper[at] ?? 0, level - 1);
    this.#set(at, 0);
    const table = tableOf(at);
    if (table !== this.#root && this.#upper[table + USED] === 0) this.#clearEntry(frame, level + 1);
  }

  #set(at: number, entry: number): void {
    const upper = this.#upper;
    const used = tableOf(at) + USED;
    upper[used] = (upper[used] ?? 0) + (entry === 0 ? 0 : 1) - (upper[at] === 0 ? 0 : 1);
    upper[at] = entry;
    this.#low = this.#thirdTable(0);
  }

  /** Gives a table of some level back, with all below it. */
  #drop(table: number, level: number): void {
    if (table <= 0) return;
    const entries = level === 0 ? this.#words : this.#upper;
    for (let index = 0; level > 0 && index < ENTRIES; index++) {
      this.#drop(this.#upper[table + index] ?? 0, level - 1);
    }
    entries.fill(0, table, table + USED + 1);
    (level === 0 ? this.#lowestPool : this.#upperPool).release(table);
  }

  /** Puts a table above the root. */
  #grow(): void {
    const before = this.#root;
    const isUsed = this.#upper[before + USED] !== 0;
    if (!isUsed) this.#upperPool.release(before);
    this.#root = this.#allocateUpper();
    this.#levels++;
    this.#set(this.#root, isUsed ? before : 0);
  }

  #allocateUpper(): number {
    const table = this.#upperPool.allocate();
    this.#upper = grown(this.#upper, this.#upperPool.room);
    this.#superpages = grown(this.#superpages, this.#upperPool.room);
    return table;
  }

  #allocateLowest(): number {
    const table = this.#lowestPool.allocate();
    this.#words = grown(this.#words, this.#lowestPool.room);
    return table;
  }
}
