/** The standard capabilities that models carry, as declarations for {@linkcode ConfigSpace.capability}. */
import type { CapabilityDeclaration, ExtendedCapabilityDeclaration } from "./config_space.ts";

/** Where a capability stands. */
export interface CapabilityPlace {
  /** Offset in the config space, a multiple of 4. @default the next free */
  readonly at?: number;
}

/** What an MSI capability offers. @see PCI Local Bus Specification 3.0, section 6.8.1 */
export interface MsiOptions extends CapabilityPlace {
  /** A power of two up to 32. @default 1 */
  readonly vectors?: number;
  /** Addresses of 64 bits. @default true */
  readonly address64?: boolean;
  /** Vectors can be masked one by one. @default false */
  readonly maskable?: boolean;
}

/** Declares an MSI capability. @throws {RangeError} for a number of vectors that MSI does not have. */
export function msi(options: MsiOptions = {}): CapabilityDeclaration {
  const { vectors = 1, address64 = true, maskable = false } = options;
  if (![1, 2, 4, 8, 16, 32].includes(vectors)) {
    throw new RangeError(`Cannot declare ${vectors} MSI vectors: a power of two up to 32 is needed`);
  }
  const data = address64 ? 10 : 6;
  const body = new Body(data + (maskable ? 12 : 2));
  const control = (Math.log2(vectors) << 1) | (address64 ? 0x80 : 0) | (maskable ? 0x100 : 0);
  body.word(0, control, 0x71);
  body.dword(2, 0, 0xffff_fffc);
  if (address64) body.dword(6, 0, 0xffff_ffff);
  body.word(data, 0, 0xffff);
  if (maskable) body.dword(data + 4, 0, (2 ** vectors - 1) >>> 0);
  return body.declare(0x05, options);
}

/** What an MSI-X capability offers, and where its table and its pending bits lie. */
export interface MsixOptions extends CapabilityPlace {
  /** 1 to 2048. */
  readonly vectors: number;
  /** The BAR that holds the table. */
  readonly bar: number;
  /** Bytes from the BAR's start, a multiple of 8. @default 0 */
  readonly table?: number;
  /** The BAR that holds the pending bits. @default `bar` */
  readonly pbaBar?: number;
  /** Bytes from the BAR's start, a multiple of 8. @default right after the table */
  readonly pba?: number;
}

/**
 * Declares an MSI-X capability.
 *
 * @throws {RangeError} for a number of vectors, a BAR or an offset that the capability cannot carry.
 * @see PCI Local Bus Specification 3.0, section 6.8.2
 */
export function msix(options: MsixOptions): CapabilityDeclaration {
  const { vectors, bar, table = 0, pbaBar = bar, pba = table + 16 * vectors } = options;
  if (!Number.isInteger(vectors) || vectors < 1 || vectors > 2048) {
    throw new RangeError(`Cannot declare ${vectors} MSI-X vectors: 1 to 2048 are needed`);
  }
  checkPlace("table", bar, table);
  checkPlace("pending bits", pbaBar, pba);
  const body = new Body(10);
  body.word(0, vectors - 1, 0xc000);
  body.dword(2, table | bar);
  body.dword(6, pba | pbaBar);
  return body.declare(0x11, options);
}

function checkPlace(what: string, bar: number, offset: number): void {
  const fits = Number.isInteger(bar) && bar >= 0 && bar <= 5 && offset >= 0 && offset < 2 ** 31 &&
    offset % 8 === 0;
  if (fits) return;
  throw new RangeError(
    `Cannot put the MSI-X ${what} at ${offset} of BAR ${bar}: a multiple of 8 in BAR 0 to 5 is needed`,
  );
}

/** What a power management capability offers. */
export interface PowerOptions extends CapabilityPlace {
  /** Registers survive the way from D3hot to D0. @default true */
  readonly noSoftReset?: boolean;
  /** PMC: its version, D1 (0x200), D2 (0x400), the states that PME works in. @default 3, version 1.2 and nothing else */
  readonly capabilities?: number;
  /** Bits of PMCSR that can be written. @default 3, the power state */
  readonly writable?: number;
}

/** Declares a power management capability. @see PCI Bus Power Management Interface Specification 1.2 */
export function powerManagement(options: PowerOptions = {}): CapabilityDeclaration {
  const { noSoftReset = true, capabilities = 3, writable = 3 } = options;
  const body = new Body(6);
  body.word(0, capabilities);
  body.word(2, noSoftReset ? 8 : 0, writable);
  return body.declare(0x01, options);
}

/** What a PCI Express capability offers. */
export interface ExpressOptions extends CapabilityPlace {
  /** 0 an endpoint, 4 a root port, 9 an endpoint inside the root complex. @default 0 */
  readonly type?: number;
  /** Version of the capability. @default 2 */
  readonly version?: 1 | 2;
  /** The function has a function-level reset. @default false */
  readonly flr?: boolean;
  /** Device Control's four bits of error reporting can be set, and Device Status tells errors. @default true */
  readonly errorReporting?: boolean;
}

/** Declares a PCI Express capability. @see PCI Express Base Specification 4.0, section 7.5.3 */
export function express(options: ExpressOptions = {}): CapabilityDeclaration {
  const { type = 0, version = 2, flr = false, errorReporting = true } = options;
  const errors = errorReporting ? 0x000f : 0;
  const body = new Body(version === 1 ? 0x12 : 0x3a);
  body.word(0x00, version | (type << 4));
  body.dword(0x02, 0x8000 | (flr ? 0x1000_0000 : 0));
  body.word(0x06, 0, errors | (flr ? 0x8000 : 0));
  body.word(0x08, 0, 0, errors);
  body.dword(0x0a, 0x0411);
  body.word(0x10, 0x0011);
  if (version === 2) {
    body.dword(0x22, 0x0030_0000);
    body.word(0x26, 0, 0x8000);
  }
  return body.declare(0x10, options);
}

const UNCORRECTABLE = 0x03ff_f030;
const CORRECTABLE = 0xf1c1;

/** What Advanced Error Reporting offers. */
export interface ErrorReportingOptions extends CapabilityPlace {
  /** Uncorrectable errors can be masked. @default true */
  readonly maskable?: boolean;
}

/** Declares Advanced Error Reporting, version 2. @see PCI Express Base Specification 4.0, section 7.8.4 */
export function errorReporting(options: ErrorReportingOptions = {}): ExtendedCapabilityDeclaration {
  const { maskable = true } = options;
  const body = new Body(0x3c);
  body.dword(0x00, 0, 0, UNCORRECTABLE);
  body.dword(0x04, 0, maskable ? UNCORRECTABLE : 0);
  body.dword(0x08, 0x0046_2030, UNCORRECTABLE);
  body.dword(0x0c, 0, 0, CORRECTABLE);
  body.dword(0x10, 0xe000, CORRECTABLE);
  body.dword(0x14, 0xa0, 0x0140);
  return { ...body.declare(0x01, options), version: 2 };
}

/** Declares a device serial number. @see PCI Express Base Specification 4.0, section 7.9.3 */
export function serialNumber(number: bigint, options: CapabilityPlace = {}): ExtendedCapabilityDeclaration {
  const body = new Body(8);
  body.dword(0, Number(number & 0xffff_ffffn));
  body.dword(4, Number(number >> 32n));
  return body.declare(0x03, options);
}

/** Declares a vendor-specific capability. `body` is what follows its length byte. */
export function vendorSpecific(content: Uint8Array, options: CapabilityPlace = {}): CapabilityDeclaration {
  const body = new Body(1 + content.length);
  body.bytes.set([content.length + 3]);
  body.bytes.set(content, 1);
  return body.declare(0x09, options);
}

/** A capability's body while it is written down, with its masks. */
class Body {
  readonly bytes: Uint8Array;
  readonly #writable: Uint8Array;
  readonly #w1c: Uint8Array;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#writable = new Uint8Array(size);
    this.#w1c = new Uint8Array(size);
  }

  word(at: number, value: number, writable = 0, w1c = 0): void {
    new DataView(this.bytes.buffer).setUint16(at, value, true);
    new DataView(this.#writable.buffer).setUint16(at, writable, true);
    new DataView(this.#w1c.buffer).setUint16(at, w1c, true);
  }

  dword(at: number, value: number, writable = 0, w1c = 0): void {
    new DataView(this.bytes.buffer).setUint32(at, value, true);
    new DataView(this.#writable.buffer).setUint32(at, writable, true);
    new DataView(this.#w1c.buffer).setUint32(at, w1c, true);
  }

  declare(id: number, place: CapabilityPlace): CapabilityDeclaration {
    const { at } = place;
    const declaration = { id, body: this.bytes, writable: this.#writable, w1c: this.#w1c };
    return at === undefined ? declaration : { ...declaration, at };
  }
}
