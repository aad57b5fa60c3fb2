/** Accesses of a region in the width of a place. Values are bigints here, whatever their width. */
import { ByteMemory, registers } from "../../mod.ts";
import type { Memory, RegisterWidth } from "../../mod.ts";
import { hex } from "../json.ts";
import type { Json } from "../json.ts";
import { UsageError } from "../errors.ts";
import type { Bits, Place } from "./place.ts";

/** Reads a place: one access of its width. @throws {UsageError} for a register that its map says is write-only. */
export function readPlace(memory: Memory, place: Place): bigint {
  if (place.declaration?.access === "wo") {
    throw new UsageError(`${place.name} cannot be read: its map says write-only`);
  }
  return load(memory, place.offset, place.width);
}

/** Reads once. */
export function load(memory: Memory, offset: number, width: RegisterWidth): bigint {
  switch (width) {
    case 8:
      return BigInt(memory.read8(offset));
    case 16:
      return BigInt(memory.read16(offset));
    case 32:
      return BigInt(memory.read32(offset));
    case 64:
      return memory.read64(offset);
  }
}

/** Writes once. */
export function store(memory: Memory, offset: number, width: RegisterWidth, value: bigint): void {
  switch (width) {
    case 8:
      return memory.write8(offset, Number(value));
    case 16:
      return memory.write16(offset, Number(value));
    case 32:
      return memory.write32(offset, Number(value));
    case 64:
      return memory.write64(offset, value);
  }
}

/** All bits of a width. */
export function allBits(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** The bits that a place is about: those of its field, or all. */
export function maskOf({ width, field }: { readonly width: number; readonly field?: Bits }): bigint {
  return field === undefined ? allBits(width) : allBits(field.count) << BigInt(field.lsb);
}

/** Takes a field's value out of a register's. */
export function fieldValue(value: bigint, field: Bits | undefined): bigint {
  return field === undefined ? value : (value >> BigInt(field.lsb)) & allBits(field.count);
}

/** What a register's fields hold, by the names of its map; nothing where there are none. */
export function fieldsOf({ declaration }: Place, value: bigint): readonly (readonly [string, Json])[] {
  if (declaration?.fields === undefined) return [];
  const memory = new ByteMemory(new Uint8Array(declaration.width / 8));
  store(memory, 0, declaration.width, value);
  const { register } = registers(memory, { register: { ...declaration, at: 0, access: "ro" } });
  const fields = register.read() as unknown as Readonly<Record<string, Json>>;
  return Object.keys(declaration.fields).map((name) => [name, fields[name]]);
}

/** Writes a value in all the digits of its width. */
export function digits(value: bigint, width: number): string {
  return `0x${hex(value, width / 4)}`;
}
