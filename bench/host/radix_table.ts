/** RadixTable: the page table in C, of bench/c/radix_table.c. */

const SYMBOLS = {
  table_new: { parameters: [], result: "pointer" },
  table_free: { parameters: ["pointer"], result: "void" },
  table_map: { parameters: ["pointer", "buffer", "u32"], result: "void" },
  table_remap: { parameters: ["pointer", "buffer", "u32"], result: "void" },
  table_translate: { parameters: ["pointer", "buffer", "u32"], result: "f64" },
} as const;

/** A page table in C. A call works on many frames, so that it costs nothing beside what it does. */
export class RadixTable implements Disposable {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  readonly #table: Deno.PointerValue;

  /** Makes an empty one. @param path The compiled library's. */
  constructor(path: string) {
    this.#library = Deno.dlopen(path, SYMBOLS);
    this.#table = this.#library.symbols.table_new();
  }

  /** Maps a page at each frame. */
  map(frames: Int32Array<ArrayBuffer>): void {
    this.#library.symbols.table_map(this.#table, frames, frames.length);
  }

  /** Unmaps the page at each frame, and maps it anew. */
  remap(frames: Int32Array<ArrayBuffer>): void {
    this.#library.symbols.table_remap(this.#table, frames, frames.length);
  }

  /** Translates each frame. @returns The sum of the physical frames. */
  translate(frames: Int32Array<ArrayBuffer>): number {
    return this.#library.symbols.table_translate(this.#table, frames, frames.length);
  }

  /** Frees it. */
  [Symbol.dispose](): void {
    this.#library.symbols.table_free(this.#table);
    this.#library.close();
  }
}
