/** Registers as plain values: what a map declares, in what JSON has. */
import { registers } from "../../core/registers.ts";
import type { RegisterDeclaration, RegisterMap } from "../../core/registers.ts";
import type { Field } from "../../core/register_fields.ts";
import type { Memory } from "../../core/memory.ts";

/** What a field's encodings stand for: computed, or looked up. */
export type Meaning = ((encoded: number) => number) | Readonly<Record<number, number | string>>;

/** Meanings of a map's fields by register and field, where an encoding is not what it stands for. */
export type Meanings = Readonly<Record<string, Readonly<Record<string, Meaning>>>>;

/** An encoding that specifications leave open. */
export type Reserved = `reserved ${number}`;

/** What a meaning gives. */
export type Meant<X> = X extends (encoded: number) => number ? number
  : X extends readonly (infer Value)[] ? Value | Reserved
  : X[keyof X] | Reserved;

/** One register: a number, or an object of its fields, where a bit is a boolean. */
export type RegisterFields<D extends RegisterDeclaration, X> = D extends
  { readonly fields: infer F extends Readonly<Record<string, Field>> } ? {
    readonly [Name in keyof F]: Name extends keyof X ? Meant<X[Name]>
      : F[Name] extends number ? boolean
      : number;
  }
  : number;

/** The registers of a map. What the config space cuts off is absent. */
export type Fields<M extends RegisterMap, X extends Meanings = Record<never, never>> = {
  readonly [Name in keyof M]?: RegisterFields<M[Name], Name extends keyof X ? X[Name] : Record<never, never>>;
};

/**
 * Reads the registers of a map that lie in front of `end`.
 *
 * @param base Bytes from the start of the memory to where the map begins.
 * @param end Bytes from the start of the memory to the first that does not belong to what is read.
 */
export function readFields<const M extends RegisterMap, const X extends Meanings = Record<never, never>>(
  memory: Memory,
  map: M,
  meanings: X,
  base: number,
  end: number,
): Fields<M, X> {
  const within = Object.entries<RegisterDeclaration>(map)
    .filter(([, declaration]) => base + endOf(declaration) <= end);
  const laid = registers(memory, Object.fromEntries(within), base);
  const fields: Record<string, unknown> = {};
  for (const [name, declaration] of within) {
    const value = (laid[name] as { read(): unknown }).read();
    fields[name] = declaration.fields === undefined
      ? value
      : plain(value as Readonly<Record<string, number | boolean>>, declaration.fields, meanings[name]);
  }
  return fields as Fields<M, X>;
}

/** Tells where a register ends, in bytes from the start of its map. */
export function endOf({ at, width }: RegisterDeclaration): number {
  return at + width / 8;
}

/** Writes 64 bits as text, `0x` and 16 digits: JSON has no number for them. */
export function hex64(value: bigint): string {
  return `0x${value.toString(16).padStart(16, "0")}`;
}

/** Puts the two halves of 64 bits together. @returns undefined when one is missing. */
export function wide(lower: number | undefined, upper: number | undefined): string | undefined {
  if (lower === undefined || upper === undefined) return undefined;
  return hex64((BigInt(upper) << 32n) | BigInt(lower));
}

function plain(
  values: Readonly<Record<string, number | boolean>>,
  fields: Readonly<Record<string, Field>>,
  meanings: Readonly<Record<string, Meaning>> | undefined,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(fields).map((name) => [name, meant(values[name], meanings?.[name])]),
  );
}

function meant(value: number | boolean | undefined, meaning: Meaning | undefined): unknown {
  if (typeof value !== "number" || meaning === undefined) return value;
  if (typeof meaning === "function") return meaning(value);
  return meaning[value] ?? `reserved ${value}`;
}
