import type { Memory } from "../../../core/memory.ts";

/** Memory that keeps what was asked of it: `read32 8`, `write8 0 = ff`. */
export class RecordingMemory implements Memory {
  readonly #view: DataView;
  #log: string[] = [];

  constructor(hex: string) {
    this.#view = new DataView(Uint8Array.fromHex(hex).buffer);
  }

  get size(): number {
    return this.#view.byteLength;
  }

  /** What it holds. */
  get hex(): string {
    return new Uint8Array(this.#view.buffer).toHex();
  }

  /** The accesses since the last look. */
  takeLog(): string[] {
    const log = this.#log;
    this.#log = [];
    return log;
  }

  read8(offset: number): number {
    this.#log.push(`read8 ${offset}`);
    return this.#view.getUint8(offset);
  }

  read16(offset: number): number {
    this.#log.push(`read16 ${offset}`);
    return this.#view.getUint16(offset, true);
  }

  read32(offset: number): number {
    this.#log.push(`read32 ${offset}`);
    return this.#view.getUint32(offset, true);
  }

  read64(offset: number): bigint {
    this.#log.push(`read64 ${offset}`);
    return this.#view.getBigUint64(offset, true);
  }

  write8(offset: number, value: number): void {
    this.#write(8, offset, value);
    this.#view.setUint8(offset, value);
  }

  write16(offset: number, value: number): void {
    this.#write(16, offset, value);
    this.#view.setUint16(offset, value, true);
  }

  write32(offset: number, value: number): void {
    this.#write(32, offset, value);
    this.#view.setUint32(offset, value, true);
  }

  write64(offset: number, value: bigint): void {
    this.#write(64, offset, value);
    this.#view.setBigUint64(offset, value, true);
  }

  /** Refuses what every memory refuses. */
  #write(width: number, offset: number, value: number | bigint): void {
    if ((typeof value === "bigint") !== (width === 64)) throw new TypeError(`Cannot write ${value}`);
    if (value < 0 || value >= 2 ** width) throw new RangeError(`Cannot write ${value}: it does not fit`);
    this.#log.push(`write${width} ${offset} = ${value.toString(16)}`);
  }
}

/** Memory of that many bytes. */
export function zeros(size: number): RecordingMemory {
  return new RecordingMemory("00".repeat(size));
}
