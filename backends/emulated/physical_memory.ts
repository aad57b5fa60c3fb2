/** The machine's RAM. */

/** Memory is handed out in pieces that start at multiples of this, so that an address finds its piece at once. */
export const CHUNK: number = 2 ** 21;
export const PAGE = 4096;
/** RAM lies, as on a PC, below 2 GiB, above the 32-bit BARs and below the 64-bit ones. */
const START = CHUNK;
const HOLE = { start: 2 ** 31, end: 2 ** 32 } as const;
const END = 2 ** 45;

/** Physically contiguous RAM. It lives while a process maps it, a device may reach it, or a file holds it. */
export class Extent {
  /** Address of its first byte. */
  readonly physical: number;
  /** Bytes, whole pages. */
  readonly size: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #references = 0;
  readonly #free: (extent: Extent) => void;

  /** Made by {@linkcode PhysicalMemory.allocate}. */
  constructor(physical: number, size: number, free: (extent: Extent) => void) {
    this.physical = physical;
    this.size = size;
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
    this.#free = free;
  }

  /** What it holds, now: asked for at each use. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** The same for accesses of all widths. */
  get view(): DataView<ArrayBuffer> {
    return this.#view;
  }

  /** Moves the content to a new buffer: every view handed out so far is detached. */
  detachViews(): void {
    this.#bytes = new Uint8Array(this.#bytes.buffer.transfer());
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Keeps it alive until {@linkcode release}. */
  acquire(): void {
    this.#references++;
  }

  /** Lets go; the last one frees it. */
  release(): void {
    this.#references--;
    if (this.#references === 0) this.#free(this);
  }
}

/** What RAM is like. */
export interface PhysicalMemoryOptions {
  /** Where the first piece goes. */
  readonly start?: number;
  /** Pages of 2 MiB that are set aside for who asks for them. @default as many as are wanted */
  readonly hugePages?: number;
}

/** All RAM of the machine, by physical address. */
export class PhysicalMemory {
  readonly #chunks = new Map<number, Extent>();
  #next: number;
  #hugePages: number;

  /** Switches it on. */
  constructor({ start = START, hugePages = Infinity }: PhysicalMemoryOptions = {}) {
    this.#next = start;
    this.#hugePages = hugePages;
  }

  /** Huge pages that are free. */
  get hugePages(): number {
    return this.#hugePages;
  }

  /** Makes zeroed memory; undefined when there is none. @param size Bytes, whole pages. @param huge Of huge pages. */
  allocate(size: number, huge = false): Extent | undefined {
    const count = Math.ceil(size / CHUNK);
    const taken = huge ? count : 0;
    if (taken > this.#hugePages) return undefined;
    if (this.#next < HOLE.end && this.#next + count * CHUNK > HOLE.start) this.#next = HOLE.end;
    if (this.#next + count * CHUNK > END) return undefined;
    const first = this.#next / CHUNK;
    let extent: Extent;
    try {
      extent = new Extent(this.#next, size, (gone) => this.#free(gone, taken));
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
    for (let i = first; i < first + count; i++) this.#chunks.set(i, extent);
    this.#next += count * CHUNK;
    this.#hugePages -= taken;
    return extent;
  }

  /** Finds the memory at an address. */
  at(physical: number): Extent | undefined {
    const extent = this.#chunks.get(Math.floor(physical / CHUNK));
    return extent !== undefined && physical < extent.physical + extent.size ? extent : undefined;
  }

  #free(extent: Extent, hugePages: number): void {
    this.#hugePages += hugePages;
    const first = extent.physical / CHUNK;
    for (let i = 0; i < Math.ceil(extent.size / CHUNK); i++) this.#chunks.delete(first + i);
  }
}
