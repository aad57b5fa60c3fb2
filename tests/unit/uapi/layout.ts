/** What a module of uapi/ exports, as lines that can be compared with what a compiler makes of the kernel's header. */
import type { Scalar, Struct, StructFields } from "../../../core/struct.ts";

/**
 * Lists all exports by name: a constant `0x3b64`, a struct `8` (its size) and each of its fields, `struct.field`, `4 u32`
 * (where it begins, and what it is). Fields of structs in structs have a longer path.
 *
 * @throws {TypeError} for an export that is neither a constant nor a struct of its own name.
 */
export function layoutOf(module: Readonly<Record<string, unknown>>): Map<string, string> {
  const lines = new Map<string, string>();
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === "number") lines.set(name, `0x${value.toString(16)}`);
    else if (isStruct(value) && value.name === name) {
      lines.set(name, `${value.size}`);
      addFields(lines, name, value, 0);
    } else throw new TypeError(`${name} is neither a constant nor a struct of that name`);
  }
  return lines;
}

/** The text that is kept: a line each, by name. */
export function textOf(lines: ReadonlyMap<string, string>): string {
  return [...lines].map((line) => `${line.join(" ")}\n`).sort().join("");
}

function addFields(
  lines: Map<string, string>,
  path: string,
  struct: Struct<StructFields>,
  start: number,
): void {
  for (const [field, type] of Object.entries(struct.fields)) {
    const at = start + (struct.offsets[field] ?? NaN);
    if (isStruct(type)) addFields(lines, `${path}.${field}`, type, at);
    else lines.set(`${path}.${field}`, `${at} ${nameOf(type)}`);
  }
}

/** From what it does, not from what it says it is. */
function nameOf({ size, min }: Scalar<number> | Scalar<bigint>): string {
  return `${min < 0 ? "s" : "u"}${8 * size}`;
}

function isStruct(value: unknown): value is Struct<StructFields> {
  return typeof value === "object" && value !== null && "offsets" in value;
}
