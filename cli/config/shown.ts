/** How registers and their changes are shown. */
import { hex } from "../json.ts";
import type { Json } from "../json.ts";
import { dim, yellow } from "../text.ts";
import type { Line, Span } from "../text.ts";
import { fieldText, valueText } from "./fields.ts";
import type { FieldChange, NamedField } from "./fields.ts";
import type { LocatedRegister } from "./locate.ts";

/** A register that was written, or would be. */
export interface Written {
  readonly register: LocatedRegister;
  readonly before: number;
  readonly written: number;
  /** What it reads afterwards; undefined: nothing was written. */
  readonly after: number | undefined;
  readonly changes: readonly FieldChange[];
}

const COLUMNS = 100;
const INDENT = "  ";

/** Writes a value in all the digits of its width. */
export function digits(value: number, width: number): string {
  return `0x${hex(value, width / 4)}`;
}

/** A register that was read: its value, and below it its fields. */
export function readLines(
  { text, at, width }: LocatedRegister,
  value: number,
  fields: readonly NamedField[],
  columns = COLUMNS,
): Line[] {
  const owner = fields[0]?.owner;
  const place = owner === undefined || owner === "header" ? "" : `  ${owner}`;
  const prefix = commonPrefix(fields);
  const words = fields.map((field) =>
    fieldText({ name: field.name.slice(prefix.length), value: field.value })
  );
  return [
    [text, "  ", digits(value, width), dim(`  at 0x${hex(at, 3)}${place}`)],
    ...wrap(words, columns).map((line): Line => [INDENT, line]),
  ];
}

/** A register that was written, or would be: the value, and below it each field that changes. */
export function writtenLines({ register, before, written, after, changes }: Written): Line[] {
  const { text, width } = register;
  const values: Span[] = [`${digits(before, width)} -> ${digits(written, width)}`];
  if (after !== undefined && after !== written) {
    values.push(yellow(`  reads ${digits(after, width)}`), dim(": the kernel or the device keeps the rest"));
  } else if (before === written) values.push(dim("  as it was"));
  return [[text, "  ", ...values], ...changes.map((change): Line => [INDENT, ...changeLine(change)])];
}

/** A field that changes. */
export function changeLine({ owner, name, before, after }: FieldChange): Line {
  return [dim(owner === "header" ? "" : `${owner} `), `${name}  ${valueText(before)} -> ${valueText(after)}`];
}

/** A field that changes, for JSON. */
export function changeDocument({ owner, name, before, after }: FieldChange): Json {
  return { owner, name, before: before ?? null, after: after ?? null };
}

/** What all names begin with, up to a dot: the register's own name. */
function commonPrefix(fields: readonly NamedField[]): string {
  const [first = ""] = fields.map(({ name }) => name.slice(0, name.indexOf(".") + 1));
  return fields.every(({ name }) => name.startsWith(first)) ? first : "";
}

/** Puts words into lines. */
export function wrap(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || INDENT.length + last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
