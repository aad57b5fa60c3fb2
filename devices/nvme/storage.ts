/** SparseStorage: a medium that takes memory only where something was written. */

const CHUNK = 1 << 16;

/** The part of a range that lies in one chunk. */
interface Part {
  readonly chunk: number;
  /** Bytes from the chunk's start. */
  readonly at: number;
  /** Bytes from the range's start. */
  readonly done: number;
  readonly count: number;
}

/** Bytes of a medium; what was never written, or cleared, is zeros. */
export class SparseStorage {
  /** Bytes. */
  readonly size: number;
  readonly #chunks = new Map<number, Uint8Array<ArrayBuffer>>();

  /** Makes an empty medium of `size` bytes. */
  constructor(size: number) {
    this.size = size;
  }

  /** Reads from `offset` on. @throws {RangeError} past the end. */
  read(offset: number, into: Uint8Array): void {
    this.#check(offset, into.length);
    for (const { chunk, at, done, count } of parts(offset, into.length)) {
      const bytes = this.#chunks.get(chunk);
      if (bytes === undefined) into.fill(0, done, done + count);
      else into.set(bytes.subarray(at, at + count), done);
    }
  }

  /** Writes from `offset` on. @throws {RangeError} past the end. */
  write(offset: number, from: Uint8Array): void {
    this.#check(offset, from.length);
    for (const { chunk, at, done, count } of parts(offset, from.length)) {
      let bytes = this.#chunks.get(chunk);
      if (bytes === undefined) this.#chunks.set(chunk, bytes = new Uint8Array(CHUNK));
      bytes.set(from.subarray(done, done + count), at);
    }
  }

  /** Makes zeros of a range. What it costs depends on what is written there, not on its size. @throws {RangeError} past the end. */
  clear(offset: number, size: number): void {
    this.#check(offset, size);
    const end = offset + size;
    for (const [chunk, bytes] of this.#chunks) {
      const from = Math.max(0, offset - chunk * CHUNK);
      const to = Math.min(CHUNK, end - chunk * CHUNK);
      if (from >= to) continue;
      if (to - from === CHUNK) this.#chunks.delete(chunk);
      else bytes.fill(0, from, to);
    }
  }

  #check(offset: number, size: number): void {
    if (Number.isSafeInteger(offset) && offset >= 0 && size >= 0 && offset + size <= this.size) return;
    throw new RangeError(`Cannot reach ${size} bytes at ${offset}: the medium has ${this.size}`);
  }
}

function* parts(offset: number, size: number): Generator<Part, void, void> {
  for (let done = 0; done < size;) {
    const at = (offset + done) % CHUNK;
    const count = Math.min(size - done, CHUNK - at);
    yield { chunk: Math.floor((offset + done) / CHUNK), at, done, count };
    done += count;
  }
}
