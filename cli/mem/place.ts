/** Places in a BAR: offsets, or registers of a map and their fields. */
import type { Field, RegisterDeclaration, RegisterWidth } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import { hex } from "../json.ts";
import type { NamedRegisters } from "./register_map.ts";

/** What is accessed, and how. */
export interface Place {
  /** Bytes from the start of the region. */
  readonly offset: number;
  readonly width: RegisterWidth;
  /** The register there, when it was named. */
  readonly name?: string;
  readonly declaration?: RegisterDeclaration;
  /** The field that was named: its bits. */
  readonly field?: Bits;
}

/** Bits of a register. */
export interface Bits {
  readonly lsb: number;
  readonly count: number;
}

/** What a word can name: a region, and a map of it. */
export interface Ground {
  /** "bar0". */
  readonly region: string;
  /** Bytes. */
  readonly size: number;
  readonly map: NamedRegisters | undefined;
  /** What `--width` says. */
  readonly width: RegisterWidth | undefined;
}

const NUMBER = /^(0x[0-9a-f]{1,10}|\d{1,13})$/i;
const DEFAULT_WIDTH = 32;

/**
 * Finds what a word names: `0x20`, `status`, `status.computing`. An offset at which the map has a register names that.
 *
 * @throws {UsageError} for a register that the map does not have, and for what is outside of the region.
 */
export function findPlace(ground: Ground, word: string): Place {
  const { map } = ground;
  if (isOffset(word)) {
    const offset = Number(word);
    const register = [...map ?? []].find(([, { at }]) => at === offset);
    return register === undefined
      ? checked(ground, { offset, width: ground.width ?? DEFAULT_WIDTH }, word)
      : checked(ground, placeOf(ground, register), word);
  }
  if (map === undefined) {
    throw new UsageError(`'${word}' is no offset: 32 or 0x20 are, and names with --map FILE`);
  }
  const whole = lookUp(map, word);
  if (whole !== undefined) return checked(ground, placeOf(ground, whole), word);
  const dot = word.lastIndexOf(".");
  const register = dot < 0 ? undefined : lookUp(map, word.slice(0, dot));
  if (register === undefined) throw new UsageError(`The map has no register '${word}'. ${suggestion(map)}`);
  const field = fieldOf(register[1], word.slice(dot + 1));
  if (field === undefined) {
    const fields = Object.keys(register[1].fields ?? {}).join(", ");
    throw new UsageError(
      `${register[0]} has no field '${word.slice(dot + 1)}': ${fields === "" ? "it has none" : fields}`,
    );
  }
  // A field is of its register, whatever else is accessed in another width.
  return checked(ground, { ...placeOf({ ...ground, width: undefined }, register), field }, word);
}

/** Whether a word is an offset, and no name. */
export function isOffset(word: string): boolean {
  return NUMBER.test(word);
}

/** Every register of the map that lies in the region and can be read. */
export function readablePlaces(ground: Ground): Place[] {
  return [...ground.map ?? []]
    .filter(([, { at, width, access }]) => access !== "wo" && at + width / 8 <= ground.size)
    .map((entry) => placeOf({ ...ground, width: undefined }, entry));
}

/** What a place is called in lists: its name, or nothing. */
export function offsetText({ offset }: Place): string {
  return `0x${hex(offset, 6)}`;
}

function placeOf(ground: Ground, [name, declaration]: readonly [string, RegisterDeclaration]): Place {
  const width = ground.width ?? declaration.width;
  return {
    offset: declaration.at,
    width,
    name,
    // In another width it is other bits: its fields are not there.
    ...(width === declaration.width ? { declaration } : {}),
  };
}

function lookUp(map: NamedRegisters, word: string): readonly [string, RegisterDeclaration] | undefined {
  const exact = map.get(word);
  if (exact !== undefined) return [word, exact];
  const alike = [...map].filter(([name]) => name.toLowerCase() === word.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

function fieldOf({ fields = {} }: RegisterDeclaration, name: string): Bits | undefined {
  const alike = Object.entries(fields).filter(([each]) => each.toLowerCase() === name.toLowerCase());
  const [, field] = alike.find(([each]) => each === name) ?? (alike.length === 1 ? alike[0] : undefined) ??
    [];
  return field === undefined ? undefined : bitsOf(field);
}

function bitsOf(field: Field): Bits {
  const [msb, lsb] = typeof field === "number" ? [field, field] : field;
  return { lsb, count: msb - lsb + 1 };
}

function checked(ground: Ground, place: Place, word: string): Place {
  const bytes = place.width / 8;
  if (place.offset % bytes !== 0) {
    throw new UsageError(
      `'${word}' is at 0x${hex(place.offset)}, where no access of ${place.width} bits begins`,
    );
  }
  if (place.offset + bytes <= ground.size) return place;
  throw new UsageError(`'${word}' is outside: ${ground.region} has 0x${hex(ground.size)} bytes`);
}

function suggestion(map: NamedRegisters): string {
  const names = [...map.keys()];
  const some = names.slice(0, 12).join(", ");
  return `It has ${some}${names.length > 12 ? ` and ${names.length - 12} more` : ""}`;
}
