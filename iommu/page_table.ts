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
/** Page frames that one entry stands for, by level; the last is what a full table of the top level covers. */
const SPANS: readonly number[] = [0, 1, 2, 3, 4, 5, 6].map((level) => ENTRIES ** level);
/** Highest level with pages: 4 KiB, 2 MiB and 1 GiB. */
const TOP_PAGE = 2;
/** Frames that the lower three levels cover: what 32-bit operations can index. */
const LOW_FRAMES = 2 ** 27;

/**
 * A page table.
 *
 * All addresses are page frames: numbers of 4 KiB, up to 2^51 for physical ones. Tables live in one typed array: entry 0
 * is empty, a positive one is a page (its physical frame times 4, plus rights), a negative one points to the
 * table at that index.
 */
export class PageTable {
  #entries = new Float64Array(8 * ENTRIES);
  /** Entries in use, by table: an empty table is given back. */
  #used = new Uint16Array(8);
  // Table 0 is left out, so that no pointer is 0.
  #root = ENTRIES;
  #levels = 1;
  #end = 2 * ENTRIES;
  /** Tables given back, all of their entries 0. */
  readonly #free: number[] = [];

  /** Bytes that the tables take. */
  get size(): number {
    return (this.#end / ENTRIES - 1 - this.#free.length) * 4096;
  }

  /**
   * Translates an access.
   *
   * @param frame Page frame that the device accesses.
   * @returns The physical page frame; -1 when there is no page, or it lacks the right.
   */
  translate(frame: number, write: boolean): number {
    const entries = this.#entries;
    let level = this.#levels - 1;
    if (frame >= (SPANS[level + 1] ?? 0)) return -1;
    const high = Math.floor(frame / LOW_FRAMES);
    const low = frame - high * LOW_FRAMES;
    let table = this.#root;
    for (;;) {
      const bits = level > 2 ? high >>> (9 * level - 27) : low >>> (9 * level);
      const entry = entries[table + (bits & 511)] ?? 0;
      if (entry < 0) {
        table = -entry;
        level--;
        continue;
      }
      const physical = Math.floor(entry / 4);
      if (((entry - 4 * physical) & (write ? WRITE : READ)) === 0) return -1;
      return physical + (low & ((SPANS[level] ?? 1) - 1));
    }
  }

  /**
   * Maps `pages` page frames from `frame` on to those from `physical` on, with pages as big as they fit. What was
   * mapped there is replaced.
   */
  map(frame: number, physical: number, pages: number, rights: { read: boolean; write: boolean }): void {
    while (frame + pages > (SPANS[this.#levels] ?? Infinity)) this.#grow();
    this.unmap(frame, pages);
    const bits = (rights.read ? READ : 0) | (rights.write ? WRITE : 0);
    this.#fill(this.#root, this.#levels - 1, frame, physical, pages, bits);
  }

  /** Unmaps `pages` page frames from `frame` on. Empty parts cost nothing; a superpage that the range cuts is split. */
  unmap(frame: number, pages: number): void {
    const within = Math.min(pages, (SPANS[this.#levels] ?? 0) - frame);
    if (within > 0) this.#clear(this.#root, this.#levels - 1, frame, within);
  }

  /** @param frame Relative to the table's first. */
  #fill(table: number, level: number, frame: number, physical: number, pages: number, bits: number): void {
    const span = SPANS[level] ?? 1;
    for (let done = 0; done < pages;) {
      const index = Math.floor((frame + done) / span);
      const offset = frame + done - index * span;
      const count = Math.min(pages - done, span - offset);
      const at = table + index;
      const isPage = level === 0 ||
        (count === span && level <= TOP_PAGE && (physical + done) % span === 0);
      if (isPage) this.#set(at, (physical + done) * 4 + bits);
      else this.#fill(this.#child(at), level - 1, offset, physical + done, count, bits);
      done += count;
    }
  }

  /** @param frame Relative to the table's first. */
  #clear(table: number, level: number, frame: number, pages: number): void {
    const span = SPANS[level] ?? 1;
    for (let done = 0; done < pages;) {
      const index = Math.floor((frame + done) / span);
      const offset = frame + done - index * span;
      const count = Math.min(pages - done, span - offset);
      const at = table + index;
      const entry = this.#entries[at] ?? 0;
      if (entry > 0 && count === span) {
        this.#set(at, 0);
      } else if (entry !== 0) {
        const child = entry < 0 ? -entry : this.#split(at, level);
        this.#clear(child, level - 1, offset, count);
        if (this.#used[child / ENTRIES] === 0) {
          this.#free.push(child);
          this.#set(at, 0);
        }
      }
      done += count;
    }
  }

  #set(at: number, entry: number): void {
    const before = this.#entries[at] ?? 0;
    this.#entries[at] = entry;
    if ((before === 0) === (entry === 0)) return;
    const table = Math.floor(at / ENTRIES);
    this.#used[table] = (this.#used[table] ?? 0) + (entry === 0 ? -1 : 1);
  }

  /** Gives the table below an entry that is no page, and makes it when there is none. */
  #child(at: number): number {
    const entry = this.#entries[at] ?? 0;
    if (entry < 0) return -entry;
    const child = this.#allocate();
    this.#set(at, -child);
    return child;
  }

  /** Puts a table of smaller pages in place of a superpage. */
  #split(at: number, level: number): number {
    const entry = this.#entries[at] ?? 0;
    const child = this.#allocate();
    const step = 4 * (SPANS[level - 1] ?? 1);
    for (let index = 0; index < ENTRIES; index++) this.#set(child + index, entry + index * step);
    this.#set(at, -child);
    return child;
  }

  /** Puts a table above the root. */
  #grow(): void {
    const root = this.#allocate();
    if (this.#used[this.#root / ENTRIES] === 0) this.#free.push(this.#root);
    else this.#set(root, -this.#root);
    this.#root = root;
    this.#levels++;
  }

  #allocate(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const table = this.#end;
    this.#end += ENTRIES;
    if (this.#end > this.#entries.length) {
      const entries = new Float64Array(2 * this.#entries.length);
      entries.set(this.#entries);
      this.#entries = entries;
      const used = new Uint16Array(2 * this.#used.length);
      used.set(this.#used);
      this.#used = used;
    }
    return table;
  }
}
