/**
 * Typed registers: a map declared once, read and written over any memory.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { registers } from "@vfio/vfio";
 * import type { Memory, RegisterMap } from "@vfio/vfio";
 *
 * const UART = {
 *   control: { at: 0x0, width: 16, fields: { enabled: 0, parity: [2, 1] } },
 *   errors: { at: 0x4, width: 32, access: "w1c", fields: { overrun: 3 } },
 * } as const satisfies RegisterMap;
 *
 * function start(memory: Memory): void {
 *   const uart = registers(memory, UART);
 *   uart.control.write({ enabled: true, parity: 2 });
 *   uart.errors.write({ overrun: true }); // clears that bit alone
 *   assertEquals(uart.control.read().parity, 2);
 * }
 * ```
 *
 * @module
 */
import type { Memory } from "./memory.ts";
import { fieldsClass, packFields, packNew } from "./register_fields.ts";
import type { Field, FieldChanges, FieldValues } from "./register_fields.ts";

/** Bits of a register. */
export type RegisterWidth = 8 | 16 | 32 | 64;

/** What a driver may do: read and write, only one of them, or write ones to clear. */
export type RegisterAccess = "rw" | "ro" | "wo" | "w1c";

/** One register, as its data sheet has it. */
export interface RegisterDeclaration {
  /** Bytes from the start of the memory, a multiple of the width. */
  readonly at: number;
  /** Bits of every access. */
  readonly width: RegisterWidth;
  /** What drivers may do with it. @default "rw" */
  readonly access?: RegisterAccess;
  /** Fields by name: a bit, or `[msb, lsb]`. */
  readonly fields?: Readonly<Record<string, Field>>;
}

/** Registers by name: a literal `as const satisfies RegisterMap`. */
export type RegisterMap = Readonly<Record<string, RegisterDeclaration>>;

/** What a register of that width holds: 64 bits are a bigint. */
export type RegisterValue<W extends RegisterWidth> = W extends 64 ? bigint : number;

/** A register's access: "rw" where none is said. */
export type AccessOf<R extends RegisterDeclaration> = R extends { readonly access: infer A } ? A : "rw";
/** A register's fields; undefined where it has none. */
export type FieldsOf<R extends RegisterDeclaration> = R extends { readonly fields: infer F } ? F : undefined;

/** What reading a register gives: its value, or an object of its fields with the value as `raw`. */
export type ReadValue<R extends RegisterDeclaration> = FieldsOf<R> extends Readonly<Record<string, Field>>
  ? FieldValues<FieldsOf<R>, RegisterValue<R["width"]>>
  : RegisterValue<R["width"]>;

/** Fields to write. */
export type Changes<R extends RegisterDeclaration> = FieldsOf<R> extends Readonly<Record<string, Field>>
  ? FieldChanges<FieldsOf<R>>
  : never;

/** A register that can be read. */
export interface ReadableRegister<R extends RegisterDeclaration> {
  /** Reads once, in the register's width. */
  read(): ReadValue<R>;
}

/** A register that can be written. */
export interface WritableRegister<R extends RegisterDeclaration> {
  /**
   * Writes once, in the register's width: a value, fields, where those that are not named are 0, or what `read()` gave.
   * What spreads the latter and names fields changes these and keeps all other bits.
   *
   * @throws {RangeError} when a value does not fit.
   */
  write(value: RegisterValue<R["width"]> | Changes<R>): void;
}

/** A register whose fields can be changed one by one. */
export interface UpdatableRegister<R extends RegisterDeclaration> {
  /**
   * Changes some fields and keeps the others: one read, one write.
   *
   * @throws {RangeError} when a value does not fit.
   */
  update(changes: Changes<R>): void;
}

/** What one register offers, by its access: "w1c" has no update(), which would clear what it did not mean to. */
export type Register<R extends RegisterDeclaration> =
  & (AccessOf<R> extends "wo" ? unknown : ReadableRegister<R>)
  & (AccessOf<R> extends "ro" ? unknown : WritableRegister<R>)
  & (AccessOf<R> extends "rw" ? (FieldsOf<R> extends undefined ? unknown : UpdatableRegister<R>) : unknown);

/** The registers of a map, by name. */
export type Registers<M extends RegisterMap> = { readonly [Name in keyof M]: Register<M[Name]> };

/**
 * Lays a register map over memory.
 *
 * Guarantees: each read and each write is one access of the register's width; 32 bits and fewer never touch bigint.
 *
 * @param base Bytes from the start of the memory to where the map begins.
 * @throws {TypeError} for a map that cannot be: an unaligned register, a field outside its register or named "raw".
 */
export function registers<const M extends RegisterMap>(memory: Memory, map: M, base = 0): Registers<M> {
  const made: Record<string, unknown> = {};
  for (const [name, declaration] of Object.entries(map)) made[name] = make(memory, declaration, name, base);
  return made as Registers<M>;
}

type Raw = number | bigint;

const WIDTHS: readonly number[] = [8, 16, 32, 64];

/** What stands behind every kind of register; the types above tell which of it a map's user sees. */
interface AnyRegister {
  read?(): unknown;
  write?(value: Raw | object): void;
  update?(changes: object): void;
}

function make(memory: Memory, declaration: RegisterDeclaration, name: string, base: number): AnyRegister {
  const { at, width, access = "rw", fields } = declaration;
  const offset = base + at;
  if (
    !WIDTHS.includes(width) || !Number.isSafeInteger(offset) || offset < 0 || offset % (width / 8) !== 0
  ) {
    throw new TypeError(
      `Cannot place register ${name} of ${width} bits at ${offset}: no access of that width begins there`,
    );
  }
  const load = loader(memory, offset, width);
  const store = storer(memory, offset, width);
  // A driver that opens a device lays out some dozens of them: filling an object in costs a third of spreading others.
  const made: AnyRegister = {};
  if (fields === undefined) {
    if (access !== "wo") made.read = load;
    if (access !== "ro") made.write = (value) => store(value as Raw);
    return made;
  }
  const Fields = fieldsClass(declaration, name);
  if (access !== "wo") made.read = () => new Fields(load());
  if (access !== "ro") {
    made.write = (value) => store(typeof value === "object" ? packNew(declaration, name, value) : value);
  }
  if (access === "rw") {
    made.update = (changes) => store(packFields(declaration, name, load(), changes));
  }
  return made;
}

function loader(memory: Memory, offset: number, width: RegisterWidth): () => Raw {
  switch (width) {
    case 8:
      return () => memory.read8(offset);
    case 16:
      return () => memory.read16(offset);
    case 32:
      return () => memory.read32(offset);
    case 64:
      return () => memory.read64(offset);
  }
}

/** The memory refuses what is not of its type or does not fit. */
function storer(memory: Memory, offset: number, width: RegisterWidth): (value: Raw) => void {
  switch (width) {
    case 8:
      return (value) => memory.write8(offset, value as number);
    case 16:
      return (value) => memory.write16(offset, value as number);
    case 32:
      return (value) => memory.write32(offset, value as number);
    case 64:
      return (value) => memory.write64(offset, value as bigint);
  }
}
