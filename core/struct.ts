/** Layouts of C: structs declared once, in the header's order, laid out by the ABI's own rules. */

/** A field of one number, little-endian. Every 64-bit machine aligns it to its size. */
export interface Scalar<V extends number | bigint> {
  /** `u32`: what it is without the header's underscores. */
  readonly name: string;
  /** Bytes. */
  readonly size: 1 | 2 | 4 | 8;
  /** The least value that fits. */
  readonly min: V;
  /** The greatest value that fits. */
  readonly max: V;
  readonly get: (view: DataView, at: number) => V;
  readonly set: (view: DataView, at: number, value: V) => void;
}

/** unsigned char, __u8 */
export const u8: Scalar<number> = {
  name: "u8",
  size: 1,
  min: 0,
  max: 0xff,
  get: (view, at) => view.getUint8(at),
  set: (view, at, value) => view.setUint8(at, value),
};
/** __u16 */
export const u16: Scalar<number> = {
  name: "u16",
  size: 2,
  min: 0,
  max: 0xffff,
  get: (view, at) => view.getUint16(at, true),
  set: (view, at, value) => view.setUint16(at, value, true),
};
/** __u32 */
export const u32: Scalar<number> = {
  name: "u32",
  size: 4,
  min: 0,
  max: 0xffff_ffff,
  get: (view, at) => view.getUint32(at, true),
  set: (view, at, value) => view.setUint32(at, value, true),
};
/** __s32, int */
export const s32: Scalar<number> = {
  name: "s32",
  size: 4,
  min: -0x8000_0000,
  max: 0x7fff_ffff,
  get: (view, at) => view.getInt32(at, true),
  set: (view, at, value) => view.setInt32(at, value, true),
};
/** __u64, __aligned_u64, and addresses of this process */
export const u64: Scalar<bigint> = {
  name: "u64",
  size: 8,
  min: 0n,
  max: 0xffff_ffff_ffff_ffffn,
  get: (view, at) => view.getBigUint64(at, true),
  set: (view, at, value) => view.setBigUint64(at, value, true),
};

/** Fields in the header's order. */
export type StructFields = Readonly<Record<string, Scalar<number> | Scalar<bigint> | Struct<StructFields>>>;

/** What a struct's fields hold. */
export type StructValues<F extends StructFields> = {
  -readonly [Name in keyof F]: F[Name] extends Scalar<infer V> ? V
    : F[Name] extends Struct<infer Inner> ? StructValues<Inner>
    : never;
};

/** What to fill a struct with: what is left open is 0. */
export type StructInit<F extends StructFields> = {
  readonly [Name in keyof F]?: F[Name] extends Scalar<infer V> ? V
    : F[Name] extends Struct<infer Inner> ? StructInit<Inner>
    : never;
};

/** A struct's layout. */
export interface Struct<F extends StructFields> {
  /** The name in the header. */
  readonly name: string;
  readonly fields: F;
  /** Bytes, with the padding at its end. */
  readonly size: number;
  /** Bytes that its address is a multiple of. */
  readonly alignment: number;
  /** Where each field begins. */
  readonly offsets: { readonly [Name in keyof F]: number };
  /**
   * Makes bytes of it.
   *
   * @param extra Bytes of zeros behind it, for what follows in the same buffer.
   * @throws {TypeError} for a field that it does not have, or a value of the wrong type.
   * @throws {RangeError} for a value that does not fit its field.
   */
  encode(values: StructInit<F>, extra?: number): Uint8Array<ArrayBuffer>;
  /**
   * Reads it from bytes.
   *
   * @param at Where it begins in them.
   * @throws {RangeError} when they end before it does.
   */
  decode(bytes: Uint8Array, at?: number): StructValues<F>;
}

/** Lays out a struct: each field at the next multiple of its alignment, the whole a multiple of the greatest one. */
export function struct<const F extends StructFields>(name: string, fields: F): Struct<F> {
  const offsets: Record<string, number> = {};
  let end = 0;
  let alignment = 1;
  for (const [field, type] of Object.entries(fields)) {
    const own = "alignment" in type ? type.alignment : type.size;
    alignment = Math.max(alignment, own);
    offsets[field] = align(end, own);
    end = align(end, own) + type.size;
  }
  const size = align(end, alignment);
  const places = placesOf(fields, offsets);
  return {
    name,
    fields,
    size,
    alignment,
    offsets: offsets as Struct<F>["offsets"],
    encode(values, extra = 0) {
      const bytes = new Uint8Array(size + extra);
      write({ fields, offsets }, name, values, new DataView(bytes.buffer), 0);
      return bytes;
    },
    decode(bytes, at = 0) {
      // A view reaches all of the buffer: what lies around `bytes` is none of the struct's.
      if (!Number.isInteger(at) || at < 0 || at + size > bytes.byteLength) {
        throw new RangeError(`Cannot read ${name} at ${at}: there are ${bytes.byteLength} bytes`);
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
      return read(places, view, 0) as StructValues<F>;
    },
  };
}

/** Where fields are and what they hold. */
interface Layout {
  readonly fields: StructFields;
  readonly offsets: Readonly<Record<string, number>>;
}

function write(
  { fields, offsets }: Layout,
  path: string,
  values: object,
  view: DataView,
  start: number,
): void {
  for (const [name, value] of Object.entries(values)) {
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (type === undefined) throw new TypeError(`Cannot set ${path}.${name}: there is no such field`);
    if (value === undefined) continue;
    const at = start + (offsets[name] ?? 0);
    if ("fields" in type) write(type, `${path}.${name}`, value, view, at);
    else set(type as Scalar<number | bigint>, `${path}.${name}`, value, view, at);
  }
}

/** Refuses what a view would cut off without a word. */
function set(type: Scalar<number | bigint>, path: string, value: unknown, view: DataView, at: number): void {
  const { name, min, max } = type;
  if (typeof value !== typeof min) {
    throw new TypeError(`Cannot set ${path} to ${value}: ${name} is a ${typeof min}`);
  }
  const number = value as number | bigint;
  if (!(number >= min && number <= max) || typeof number === "number" && !Number.isInteger(number)) {
    throw new RangeError(`Cannot set ${path} to ${value}: it does not fit ${name}`);
  }
  type.set(view, at, number);
}

/** A field as reading wants it: looked up once, where the struct is declared. */
interface Place {
  readonly name: string;
  readonly at: number;
  readonly get: ((view: DataView, at: number) => unknown) | undefined;
  /** Of the struct that it is. */
  readonly places: readonly Place[];
}

function placesOf(fields: StructFields, offsets: Layout["offsets"]): Place[] {
  return Object.entries(fields).map(([name, type]): Place => {
    const at = offsets[name] ?? 0;
    return "fields" in type
      ? { name, at, get: undefined, places: placesOf(type.fields, type.offsets) }
      : { name, at, get: type.get, places: [] };
  });
}

function read(places: readonly Place[], view: DataView, start: number): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, at, get, places: inner } of places) {
    values[name] = get === undefined ? read(inner, view, start + at) : get(view, start + at);
  }
  return values;
}

function align(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
