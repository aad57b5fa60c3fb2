/** A device's config space as its hardware has it: registers with write masks, BARs, and a chain of capabilities. */
import type { Width } from "./device_model.ts";
import { barMask, barType } from "./bar.ts";
import type { BarDeclaration, RomDeclaration } from "./bar.ts";

/** What a function says of itself in its header. */
export interface Identity {
  /** Vendor id. */
  readonly vendor: number;
  /** Device id. */
  readonly device: number;
  /** 24 bits: base class, subclass, interface. */
  readonly classCode: number;
  /** Revision id. @default 0 */
  readonly revision?: number;
  /** Vendor id of the board. @default 0 */
  readonly subsystemVendor?: number;
  /** Device id of the board. @default 0 */
  readonly subsystemDevice?: number;
  /** Which INTx pin it has: 1 is INTA; 0: none. @default 0 */
  readonly interruptPin?: 0 | 1 | 2 | 3 | 4;
  /** 0 a device, 1 a bridge. @default 0 */
  readonly headerType?: 0 | 1;
  /** What bytes are that no capability claims: read-only zeros, or plain memory as in QEMU's devices. @default "zero" */
  readonly gaps?: "zero" | "memory";
}

/** A capability to add to the chain. */
export interface CapabilityDeclaration {
  /** Its id. */
  readonly id: number;
  /** What follows its id and next pointer. */
  readonly body: Uint8Array;
  /** Which bits of the body the host may write. @default none */
  readonly writable?: Uint8Array;
  /** Which bits of the body a written 1 clears. @default none */
  readonly w1c?: Uint8Array;
  /** Offset in the config space, a multiple of 4. @default the next free */
  readonly at?: number;
}

/** An extended capability to add to the chain from 0x100 on. */
export interface ExtendedCapabilityDeclaration extends CapabilityDeclaration {
  /** Version of its layout. @default 1 */
  readonly version?: number;
}

const HEADER = 0x40;
const EXTENDED = 0x100;
/** I/O, memory, bus master, SERR#, INTx disable: what QEMU's devices implement of Command. */
const COMMAND_WRITABLE = 0x0507;
/** The error bits of Status, cleared by writing 1. */
const STATUS_W1C = 0xf900;
const STATUS_CAPABILITIES = 0x10;

/**
 * The config space of one function, as hardware: what the host writes goes through masks, and {@linkcode reset} puts
 * back what power-on gives.
 *
 * Made by chaining declarations: `new ConfigSpace({ ... }).bar(0, { ... }).capability(msi({ vectors: 1 }))`.
 *
 * @see PCI Local Bus Specification 3.0, chapter 6
 */
export class ConfigSpace {
  readonly #bytes: Uint8Array;
  readonly #initial: Uint8Array;
  readonly #writable: Uint8Array;
  readonly #w1c: Uint8Array;
  readonly #claimed: Uint8Array;
  readonly #view: DataView;
  readonly #bars = new Map<number, BarDeclaration>();
  #rom: RomDeclaration | undefined;
  #lastCapability = 0;
  #lastExtended = 0;
  #size = 256;

  /** Makes the header; BARs and capabilities are declared next. */
  constructor(identity: Identity) {
    this.#bytes = new Uint8Array(4096);
    this.#initial = new Uint8Array(4096);
    this.#writable = new Uint8Array(4096);
    this.#w1c = new Uint8Array(4096);
    this.#claimed = new Uint8Array(4096).fill(1, 0, HEADER);
    this.#view = new DataView(this.#bytes.buffer);
    if (identity.gaps === "memory") this.#writable.fill(0xff, HEADER);
    this.#define(0x00, 16, identity.vendor);
    this.#define(0x02, 16, identity.device);
    this.#define(0x04, 16, 0, COMMAND_WRITABLE);
    this.#define(0x06, 16, 0, 0, STATUS_W1C);
    this.#define(0x08, 32, ((identity.classCode << 8) | (identity.revision ?? 0)) >>> 0);
    this.#define(0x0c, 8, 0, 0xff);
    this.#define(0x0e, 8, identity.headerType ?? 0);
    this.#define(0x2c, 16, identity.subsystemVendor ?? 0);
    this.#define(0x2e, 16, identity.subsystemDevice ?? 0);
    this.#define(0x3c, 8, 0, 0xff);
    this.#define(0x3d, 8, identity.interruptPin ?? 0);
  }

  /** 256 bytes, or 4096 with a PCI Express capability. */
  get size(): number {
    return this.#size;
  }

  /** The BARs that are declared, by index. */
  get bars(): ReadonlyMap<number, BarDeclaration> {
    return this.#bars;
  }

  /** The expansion ROM, when there is one. */
  get rom(): RomDeclaration | undefined {
    return this.#rom;
  }

  /** Declares a BAR. @throws {RangeError} for an index, size or place that the specification does not have. */
  bar(index: number, declaration: BarDeclaration): this {
    const wide = declaration.kind === "memory64";
    const last = this.read(0x0e, 8) === 1 ? 1 : 5;
    if (!Number.isInteger(index) || index < 0 || index > (wide ? last - 1 : last)) {
      throw new RangeError(`Cannot declare BAR ${index}: 0 to ${last} exist, and a 64-bit BAR takes two`);
    }
    const taken = this.#bars.has(index) || (wide && this.#bars.has(index + 1));
    if (taken || this.#bars.get(index - 1)?.kind === "memory64") {
      throw new RangeError(`Cannot declare BAR ${index}: it is taken`);
    }
    const mask = barMask(declaration);
    const at = 0x10 + 4 * index;
    this.#define(at, 32, barType(declaration), Number(mask & 0xffff_ffffn));
    if (wide) this.#define(at + 4, 32, 0, Number(mask >> 32n));
    this.#bars.set(index, declaration);
    return this;
  }

  /** Declares an expansion ROM. @throws {RangeError} when the BAR's size is no power of two or less than the image. */
  expansionRom(declaration: RomDeclaration): this {
    const { size, image } = declaration;
    if (size < 2048 || (size & (size - 1)) !== 0) {
      throw new RangeError(
        `Cannot declare a ROM of ${size} bytes: a power of two of at least 2048 is needed`,
      );
    }
    if (image.byteLength > size) {
      throw new RangeError(
        `Cannot declare a ROM of ${size} bytes: its image has ${image.byteLength}`,
      );
    }
    this.#define(0x30, 32, 0, (~(size - 1) | 1) >>> 0);
    this.#rom = declaration;
    return this;
  }

  /** Adds a capability to the end of the chain. @throws {RangeError} when there is no room for it. */
  capability(declaration: CapabilityDeclaration): this {
    const at = this.#claim(declaration, HEADER, EXTENDED, 2);
    if (this.#lastCapability === 0) {
      this.#define(0x34, 8, at);
      this.#define(0x06, 16, STATUS_CAPABILITIES, 0, STATUS_W1C);
    } else this.#define(this.#lastCapability + 1, 8, at);
    this.#lastCapability = at;
    this.#define(at, 8, declaration.id);
    this.#fill(at + 2, declaration);
    if (declaration.id === 0x10) this.#size = 4096;
    return this;
  }

  /** Adds an extended capability; the first one stands at 0x100. Needs a PCI Express capability to be seen. */
  extendedCapability(declaration: ExtendedCapabilityDeclaration): this {
    const at = this.#claim(declaration, EXTENDED, 4096, 4);
    if (this.#lastExtended === 0 && at !== EXTENDED) {
      throw new RangeError(`Cannot put the first extended capability at ${at}: it stands at 0x100`);
    }
    if (this.#lastExtended !== 0) {
      const header = this.#view.getUint32(this.#lastExtended, true) | (at << 20);
      this.#define(this.#lastExtended, 32, header >>> 0);
    }
    this.#lastExtended = at;
    this.#define(at, 32, (declaration.id | ((declaration.version ?? 1) << 16)) >>> 0);
    this.#fill(at + 4, declaration);
    return this;
  }

  /** Finds a capability by its id; undefined when the chain has none. */
  find(id: number): number | undefined {
    let at = this.#bytes[0x34] ?? 0;
    for (let steps = 0; at !== 0 && steps < 48; steps++) {
      if (this.#bytes[at] === id) return at;
      at = this.#bytes[at + 1] ?? 0;
    }
    return undefined;
  }

  /** Finds an extended capability by its id; undefined when the chain has none. */
  findExtended(id: number): number | undefined {
    let at = this.#size > 0x100 ? 0x100 : 0;
    for (let steps = 0; at >= 0x100 && steps < 480; steps++) {
      const header = this.read(at, 32);
      if (header !== 0 && (header & 0xffff) === id) return at;
      at = header >>> 20;
    }
    return undefined;
  }

  /** Reads as the host does. Past the end all ones come back, as from a bus where nobody answers. */
  read(offset: number, width: Width): number {
    if (offset + width / 8 > this.#size) return 2 ** width - 1;
    if (width === 8) return this.#view.getUint8(offset);
    return width === 16 ? this.#view.getUint16(offset, true) : this.#view.getUint32(offset, true);
  }

  /** Writes as the host does: only bits that may be written change, and a 1 clears what "w1c" marks. */
  write(offset: number, width: Width, value: number): void {
    if (offset + width / 8 > this.#size) return;
    for (let i = 0; i < width / 8; i++) {
      const at = offset + i;
      const byte = (value >>> (8 * i)) & 0xff;
      const writable = this.#writable[at] ?? 0;
      const old = this.#bytes[at] ?? 0;
      this.#bytes[at] = ((old & ~writable) | (byte & writable)) & ~(byte & (this.#w1c[at] ?? 0));
    }
  }

  /** Writes from the device's side: every bit changes. */
  set(offset: number, width: Width, value: number): void {
    if (width === 8) this.#view.setUint8(offset, value);
    else if (width === 16) this.#view.setUint16(offset, value, true);
    else this.#view.setUint32(offset, value, true);
  }

  /** Puts every register into its state after power-on. What is plain memory is none, and keeps what was written. */
  reset(): void {
    this.#initial.forEach((byte, at) => {
      if (this.#claimed[at] !== 0) this.#bytes[at] = byte;
    });
  }

  #define(offset: number, width: Width, value: number, writable = 0, w1c = 0): void {
    this.set(offset, width, value);
    for (let i = 0; i < width / 8; i++) {
      this.#initial[offset + i] = (value >>> (8 * i)) & 0xff;
      this.#writable[offset + i] = (writable >>> (8 * i)) & 0xff;
      this.#w1c[offset + i] = (w1c >>> (8 * i)) & 0xff;
    }
  }

  #fill(at: number, { body, writable, w1c }: CapabilityDeclaration): void {
    for (let i = 0; i < body.length; i++) {
      this.#define(at + i, 8, body[i] ?? 0, writable?.[i] ?? 0, w1c?.[i] ?? 0);
    }
  }

  #claim(declaration: CapabilityDeclaration, first: number, end: number, head: number): number {
    const size = head + declaration.body.length;
    let at = declaration.at ?? first;
    while (at + size <= end && this.#claimed.subarray(at, at + size).includes(1)) {
      if (declaration.at !== undefined) break;
      at += 4;
    }
    if (at % 4 !== 0 || at < first || at + size > end || this.#claimed.subarray(at, at + size).includes(1)) {
      throw new RangeError(
        `Cannot place capability 0x${declaration.id.toString(16)} of ${size} bytes at ${at}`,
      );
    }
    this.#claimed.fill(1, at, at + size);
    this.#writable.fill(0, at, at + size);
    return at;
  }
}
