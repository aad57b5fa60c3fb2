/** What a config space says, field by field: to name what a register holds, and what changes. */
import { decodeConfig } from "../../pci/mod.ts";
import type { DecodedConfig } from "../../pci/mod.ts";
import { hex } from "../json.ts";

/** What a field can hold. */
export type FieldValue = string | number | boolean;

/** A field with what it holds. */
export interface NamedField {
  /** Where it belongs: "header", "bar0", or a capability's name. */
  readonly owner: string;
  /** "command.busMaster". */
  readonly name: string;
  readonly value: FieldValue;
}

/** A field that differs; undefined: it is not there. */
export interface FieldChange {
  readonly owner: string;
  readonly name: string;
  readonly before: FieldValue | undefined;
  readonly after: FieldValue | undefined;
}

/** Lists every field of a config space, by a key that tells it from all others. */
export function fieldsOf(config: DecodedConfig): ReadonlyMap<string, NamedField> {
  const fields = new Map<string, NamedField>();
  const add = (key: string, owner: string, value: unknown) =>
    flatten(value, "", (name, leaf) => {
      fields.set(`${key} ${name}`, { owner, name, value: leaf });
    });
  add("header", "header", config.header);
  for (const { index, ...bar } of config.bars) add(`bar${index}`, `bar${index}`, bar);
  add("rom", "expansion ROM", config.expansionRom ?? {});
  for (const { at, id, name, fields } of [...config.capabilities, ...config.extendedCapabilities]) {
    add(hex(at), name ?? `capability 0x${hex(id, 2)}`, fields);
  }
  return fields;
}

/** Tells which fields differ between two states of a config space. */
export function changedFields(before: Uint8Array, after: Uint8Array): FieldChange[] {
  const [old, now] = [fieldsOf(decodeConfig(before)), fieldsOf(decodeConfig(after))];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const [a, b] = [old.get(key), now.get(key)];
    if (a?.value === b?.value) return [];
    const { owner = "", name = "" } = a ?? b ?? {};
    return [{ owner, name, before: a?.value, after: b?.value }];
  });
}

/**
 * Tells the fields that a register holds: those that one of its bits is about.
 *
 * @param at Bytes from the start of the config space.
 */
export function fieldsAt(config: Uint8Array, at: number, width: number): NamedField[] {
  const now = fieldsOf(decodeConfig(config));
  const found = new Map<string, NamedField>();
  for (let bit = 0; bit < width; bit++) {
    const flipped = config.slice();
    flipped[at + (bit >> 3)] = (flipped[at + (bit >> 3)] ?? 0) ^ (1 << (bit & 7));
    const other = fieldsOf(decodeConfig(flipped));
    const isOther = other.size !== now.size || [...now.keys()].some((key) => !other.has(key));
    for (const [key, field] of now) {
      const changed = other.get(key);
      if (changed === undefined || changed.value === field.value) continue;
      // A bit that makes other registers of what follows says nothing of these: it is about its own register's field.
      if (!isOther || field.name.includes(".")) found.set(key, field);
    }
  }
  return [...found.values()];
}

/** Writes a field as lspci does: a bit as + or - behind its name. */
export function fieldText({ name, value }: { readonly name: string; readonly value: FieldValue }): string {
  return typeof value === "boolean" ? `${name}${value ? "+" : "-"}` : `${name}=${valueText(value)}`;
}

/** Writes what a field holds. */
export function valueText(value: FieldValue | undefined): string {
  if (value === undefined) return "absent";
  return typeof value === "boolean" ? (value ? "+" : "-") : String(value);
}

function flatten(value: unknown, name: string, leaf: (name: string, value: FieldValue) => void): void {
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      flatten(inner, name === "" ? key : `${name}.${key}`, leaf);
    }
  } else if (typeof value === "string" || typeof value === "boolean") leaf(name, value);
  // A register without fields is a number of its own: an id, a mask, an address.
  else if (typeof value === "number") leaf(name, name.includes(".") ? value : `0x${hex(value)}`);
}
