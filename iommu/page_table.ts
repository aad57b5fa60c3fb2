/**
 * PageTable: what an IOMMU walks to translate an access of a device.
 *
 * A radix table of 9 bits a level with superpages, as VT-d's second-level tables and AMD-Vi's v1 tables are: a
 * translation costs one load a level, whatever the number of mappings. As AMD-Vi's it grows a level when an address
 * needs it.
 */

/** An entry that lets devices read. */
const READ = 1;
/** An entry that lets devices write. */
const WRITE = 2;
/** Entries of a table. */
const ENTRIES = 512;
/** Page frames that one entry stands for, by level. */
const SPANS: readonly number[] = [0, 1, 2, 3, 4, 5].map((level) => ENTRIES ** level);
/** Highest level with pages: 4 KiB, 2 MiB and 1 GiB. */
const TOP_PAGE = 2;
/** Frames that the lower three levels cover. */
const LOW_FRAMES = 2 ** 27;

/**
 * A page table.
 *
 * All addresses are page frames: numbers of 4 KiB. Tables lie one after another in typed arrays, so that nothing is
 * allocated but when they grow.
 */
export class PageTable {
  /** By entry: 0 is empty, a negative number a page with those rights, a positive one the index of a table below. */
  #entries = new Int32Array(8 * ENTRIES);
  /** By entry that is a page: its physical frame. */
  #frames = new Float64Array(8 * ENTRIES);
  /** Entries in use, by table: an empty table is given back. */
  #used = new Int32Array(8);
  // Table 0 is left out, so that no index of a table is 0.
  #root = ENTRIES;
  #levels = 1;
  /** Frames that the root covers. */
  #reach = ENTRIES;
  #end = 2 * ENTRIES;
  /** Tables given back, all of their entries 0. */
  readonly #free: number[] = [];

  /** How many tables there are: the root, and those that hold something. */
  get tableCount(): number {
    return this.#end / ENTRIES - 1 - this.#free.length;
  }

  /**
   * Translates an access.
   *
   * @param frame Page frame that the device accesses.
   * @returns The physical page frame; -1 when there is no page, or it lacks the right.
   */
  translate(frame: number, write: boolean): number {
    const entries = this.#entries;
    let shift = 9 * this.#levels;
    if (frame >= this.#reach) return -1;
    let entry = this.#root;
    let at = 0;
    if (shift > 27) {
      // Bit operations take the low 32 bits of a number, so the upper levels get theirs by division.
      const high = Math.floor(frame / LOW_FRAMES);
      for (; shift > 27 && entry > 0; shift -= 9) {
        at = entry + ((high >>> (shift - 36)) & 511);
        entry = entries[at] ?? 0;
      }
    }
    for (; entry > 0; shift -= 9) {
      at = entry + ((frame >>> (shift - 9)) & 511);
      entry = entries[at] ?? 0;
    }
    if ((-entry & (write ? WRITE : READ)) === 0) return -1;
    return (this.#frames[at] ?? 0) + (frame & ((1 << shift) - 1));
  }

  /**
   * Maps `pages` page frames from `frame` on to those from `physical` on, with pages as big as they fit. What was
   * mapped there is replaced.
   *
   * @param rights What devices may do; without any, the pages are unmapped.
   */
  map(frame: number, physical: number, pages: number, rights: { read: boolean; write: boolean }): void {
    const bits = (rights.read ? READ : 0) | (rights.write ? WRITE : 0);
    if (bits === 0) return this.unmap(frame, pages);
    while (frame + pages > this.#reach) this.#grow();
    this.#fill(this.#root, this.#levels - 1, frame, physical, pages, -bits);
  }

  /** Unmaps `pages` page frames from `frame` on. Empty parts cost nothing; a superpage that the range cuts is split. */
  unmap(frame: number, pages: number): void {
    const within = Math.min(pages, this.#reach - frame);
    if (within > 0) this.#clear(this.#root, this.#levels - 1, frame, within);
  }

  /** @param frame Relative to the table's first. */
  #fill(table: number, level: number, frame: number, physical: number, pages: number, page: number): void {
    if (level === 0) return this.#fillLowest(table + frame, physical, pages, page);
    const span = SPANS[level] ?? 1;
    for (let done = 0; done < pages;) {
      const index = level > 2 ? Math.floor((frame + done) / span) : (frame + done) >>> (9 * level);
      const offset = frame + done - index * span;
      const count = Math.min(pages - done, span - offset);
      const at = table + index;
      if (count === span && level <= TOP_PAGE && (physical + done) % span === 0) {
        this.#empty(at, level);
        this.#set(at, page);
        this.#frames[at] = physical + done;
      } else {
        this.#fill(this.#tableAt(at, level), level - 1, offset, physical + done, count, page);
      }
      done += count;
    }
  }

  #fillLowest(start: number, physical: number, pages: number, page: number): void {
    const [entries, frames] = [this.#entries, this.#frames];
    let added = 0;
    for (let index = 0; index < pages; index++) {
      if (entries[start + index] === 0) added++;
      entries[start + index] = page;
      frames[start + index] = physical + index;
    }
    this.#count(start, added);
  }

  /** @param frame Relative to the table's first. */
  #clear(table: number, level: number, frame: number, pages: number): void {
    if (level === 0) return this.#clearLowest(table + frame, pages);
    const span = SPANS[level] ?? 1;
    for (let done = 0; done < pages;) {
      const index = level > 2 ? Math.floor((frame + done) / span) : (frame + done) >>> (9 * level);
      const offset = frame + done - index * span;
      const count = Math.min(pages - done, span - offset);
      const at = table + index;
      const entry = this.#entries[at] ?? 0;
      if (entry < 0 && count === span) {
        this.#set(at, 0);
      } else if (entry !== 0) {
        const below = this.#tableAt(at, level);
        this.#clear(below, level - 1, offset, count);
        if (this.#used[below >>> 9] === 0) {
          this.#free.push(below);
          this.#set(at, 0);
        }
      }
      done += count;
    }
  }

  #clearLowest(start: number, pages: number): void {
    const entries = this.#entries;
    let removed = 0;
    for (let at = start; at < start + pages; at++) {
      if (entries[at] !== 0) removed++;
      entries[at] = 0;
    }
    this.#count(start, -removed);
  }

  /** Empties an entry before a page is put there. */
  #empty(at: number, level: number): void {
    const entry = this.#entries[at] ?? 0;
    if (entry <= 0) return;
    this.#clear(entry, level - 1, 0, SPANS[level] ?? 1);
    this.#free.push(entry);
    this.#set(at, 0);
  }

  #set(at: number, entry: number): void {
    const before = this.#entries[at] ?? 0;
    this.#entries[at] = entry;
    this.#count(at, (entry === 0 ? 0 : 1) - (before === 0 ? 0 : 1));
  }

  /** Counts entries that came into use in the table of `at`, or went out of it. */
  #count(at: number, change: number): void {
    const table = at >>> 9;
    this.#used[table] = (this.#used[table] ?? 0) + change;
  }

  /** Gives the table below an entry; makes it when there is none, of smaller pages when there is a superpage. */
  #tableAt(at: number, level: number): number {
    const entry = this.#entries[at] ?? 0;
    if (entry > 0) return entry;
    const table = this.#allocate();
    if (entry < 0) {
      const physical = this.#frames[at] ?? 0;
      const step = SPANS[level - 1] ?? 1;
      for (let index = 0; index < ENTRIES; index++) {
        this.#set(table + index, entry);
        this.#frames[table + index] = physical + index * step;
      }
    }
    this.#set(at, table);
    return table;
  }

  /** Puts a table above the root. */
  #grow(): void {
    const root = this.#allocate();
    if (this.#used[this.#root >>> 9] === 0) this.#free.push(this.#root);
    else this.#set(root, this.#root);
    this.#root = root;
    this.#levels++;
    this.#reach *= ENTRIES;
  }

  #allocate(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const table = this.#end;
    this.#end += ENTRIES;
    if (this.#end > this.#entries.length) {
      const [entries, frames, used] = [this.#entries, this.#frames, this.#used];
      this.#entries = new Int32Array(2 * entries.length);
      this.#entries.set(entries);
      this.#frames = new Float64Array(2 * frames.length);
      this.#frames.set(frames);
      this.#used = new Int32Array(2 * used.length);
      this.#used.set(used);
    }
    return table;
  }
}
