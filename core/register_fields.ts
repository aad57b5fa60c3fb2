/** Fields of registers: what bits mean, taken apart and put together. */

/** A bit, or `[msb, lsb]` with both ends included, as data sheets print it. */
export type Field = number | readonly [msb: number, lsb: number];

/** A tuple of that length: how types count. */
export type Tuple<N extends number, T extends unknown[] = []> = T["length"] extends N ? T
  : Tuple<N, [...T, unknown]>;
/** Whether a field has more than 32 bits. */
export type IsWide<Msb extends number, Lsb extends number> = number extends Msb ? boolean
  : Tuple<Msb> extends [...Tuple<Lsb>, ...Tuple<32>, ...unknown[]] ? true
  : false;

/** What a field holds: a bit is a boolean, up to 32 bits are a number, more are a bigint. */
export type FieldValue<F extends Field> = F extends
  readonly [infer Msb extends number, infer Lsb extends number]
  ? IsWide<Msb, Lsb> extends true ? bigint : IsWide<Msb, Lsb> extends false ? number : number | bigint
  : boolean;

/** The fields of a value that was read, and the value itself. */
export type FieldValues<F, Raw> =
  & { readonly raw: Raw }
  & { readonly [Name in keyof F]: F[Name] extends Field ? FieldValue<F[Name]> : never };

/** Fields to write. */
export type FieldChanges<F> = {
  readonly [Name in keyof F]?: F[Name] extends Field ? FieldValue<F[Name]> : never;
};

/** The part of a register's declaration that is about fields. */
export interface WithFields {
  readonly width: 8 | 16 | 32 | 64;
  readonly fields?: Readonly<Record<string, Field>>;
}

type Raw = number | bigint;
type FieldsClass = new (raw: Raw) => { readonly raw: Raw };

interface Bits {
  readonly lsb: number;
  readonly count: number;
  /** A bit on its own is a boolean; `[0, 0]` is a number. */
  readonly flag: boolean;
}

/** One class a register, however often it is laid over memory. */
const classes = new WeakMap<WithFields, FieldsClass>();
const layouts = new WeakMap<WithFields, ReadonlyMap<string, Bits>>();

/** Gives the class of what reading a register gives: getters over `raw`. */
export function fieldsClass(declaration: WithFields, register: string): FieldsClass {
  const known = classes.get(declaration);
  if (known !== undefined) return known;
  const layout = layoutOf(declaration, register);
  const made = class RegisterFields {
    readonly raw: Raw;
    constructor(raw: Raw) {
      this.raw = raw;
    }
    /** All of it as a plain object; bigints, which JSON has not, as hexadecimal text. */
    toJSON(): Record<string, unknown> {
      const entries = Object.entries(plain(this, layout));
      return Object.fromEntries(
        entries.map(([name, value]) => [name, typeof value === "bigint" ? `0x${value.toString(16)}` : value]),
      );
    }
    [Symbol.for("nodejs.util.inspect.custom")](): unknown {
      return plain(this, layout);
    }
  };
  for (const [name, bits] of layout) {
    const get = declaration.width === 64
      ? function (this: { raw: Raw }) {
        return extractWide(this.raw as bigint, bits);
      }
      : function (this: { raw: Raw }) {
        return extract(this.raw as number, bits);
      };
    Object.defineProperty(made.prototype, name, { get, enumerable: true });
  }
  classes.set(declaration, made);
  return made;
}

function plain(fields: object, layout: ReadonlyMap<string, Bits>): Record<string, unknown> {
  const names = ["raw", ...layout.keys()];
  return Object.fromEntries(names.map((name) => [name, (fields as Record<string, unknown>)[name]]));
}

/**
 * Puts fields into a value of zeros, or into the value that comes with them as `raw`.
 *
 * @throws {TypeError} for a field that the register does not have, or a value of the wrong type.
 * @throws {RangeError} for a value that does not fit.
 */
export function packNew(declaration: WithFields, register: string, fields: object): Raw {
  const { raw = declaration.width === 64 ? 0n : 0, ...changes } = fields as { raw?: Raw };
  return packFields(declaration, register, raw, changes);
}

/**
 * Puts fields into a value.
 *
 * @throws {TypeError} for a field that the register does not have, or a value of the wrong type.
 * @throws {RangeError} for a value that does not fit.
 */
export function packFields(declaration: WithFields, register: string, raw: Raw, changes: object): Raw {
  const layout = layoutOf(declaration, register);
  let packed = raw;
  for (const [name, value] of Object.entries(changes)) {
    const bits = layout.get(name);
    if (bits === undefined) {
      throw new TypeError(
        `Cannot write ${register}.${name}: its fields are ${[...layout.keys()].join(", ")}`,
      );
    }
    // A field left open is one not named.
    if (value === undefined) continue;
    packed = typeof packed === "bigint"
      ? insertWide(packed, bits, value, `${register}.${name}`)
      : insert(packed, bits, value, `${register}.${name}`);
  }
  return packed;
}

function layoutOf(declaration: WithFields, register: string): ReadonlyMap<string, Bits> {
  const known = layouts.get(declaration);
  if (known !== undefined) return known;
  const layout = new Map<string, Bits>();
  for (const [name, field] of Object.entries(declaration.fields ?? {})) {
    const [msb, lsb] = typeof field === "number" ? [field, field] : field;
    const fits = Number.isInteger(msb) && Number.isInteger(lsb) && lsb >= 0 && msb >= lsb &&
      msb < declaration.width;
    if (!fits || name === "raw" || name === "toJSON") {
      throw new TypeError(
        `Cannot place field ${register}.${name} at [${msb}, ${lsb}] of ${declaration.width} bits`,
      );
    }
    layout.set(name, { lsb, count: msb - lsb + 1, flag: typeof field === "number" });
  }
  layouts.set(declaration, layout);
  return layout;
}

function extract(raw: number, { lsb, count, flag }: Bits): number | boolean {
  const value = ((raw >>> lsb) & (2 ** count - 1)) >>> 0;
  return flag ? value !== 0 : value;
}

function extractWide(raw: bigint, { lsb, count, flag }: Bits): number | bigint | boolean {
  const value = (raw >> BigInt(lsb)) & ((1n << BigInt(count)) - 1n);
  if (flag) return value !== 0n;
  return count > 32 ? value : Number(value);
}

function insert(raw: number, bits: Bits, value: unknown, name: string): number {
  const mask = (2 ** bits.count - 1) << bits.lsb;
  return ((raw & ~mask) | (numberOf(bits, value, name) << bits.lsb)) >>> 0;
}

function insertWide(raw: bigint, bits: Bits, value: unknown, name: string): bigint {
  const mask = (1n << BigInt(bits.count)) - 1n;
  const part = bits.count > 32 ? bigintOf(value, mask, name) : BigInt(numberOf(bits, value, name));
  return (raw & ~(mask << BigInt(bits.lsb))) | (part << BigInt(bits.lsb));
}

function numberOf({ count, flag }: Bits, value: unknown, name: string): number {
  if (flag) {
    if (typeof value !== "boolean") {
      throw new TypeError(`Cannot write ${value} to ${name}: true or false is needed`);
    }
    return value ? 1 : 0;
  }
  if (typeof value !== "number") throw new TypeError(`Cannot write ${value} to ${name}: a number is needed`);
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** count) {
    throw new RangeError(`Cannot write ${value} to ${name}: it does not fit ${count} bits`);
  }
  return value;
}

function bigintOf(value: unknown, last: bigint, name: string): bigint {
  if (typeof value !== "bigint") throw new TypeError(`Cannot write ${value} to ${name}: a bigint is needed`);
  if (value < 0n || value > last) throw new RangeError(`Cannot write ${value}n to ${name}: it does not fit`);
  return value;
}
