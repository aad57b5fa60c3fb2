/** Registers of a config space as setpci writes them: `COMMAND`, `CAP_EXP+8.w`, `ECAP_AER+4.l@1`, `a0.w`. */
import { UsageError } from "../errors.ts";
import { lookUp } from "./names.ts";
import type { Base } from "./names.ts";

/** A register, not yet looked for on a device. */
export interface RegisterExpression {
  /** As it was written. */
  readonly text: string;
  readonly base: Base;
  /** Bytes from the base. */
  readonly offset: number;
  readonly width: 8 | 16 | 32;
  /** Which of several capabilities with that id: 0 is the first. */
  readonly number: number;
}

/** A value to write: the bits of the mask. */
export interface MaskedValue {
  readonly value: number;
  readonly mask: number;
}

/** Values to write into a register and those that follow it. */
export interface Assignment {
  readonly register: RegisterExpression;
  readonly values: readonly MaskedValue[];
}

/** How registers are written, for help. */
export const REGISTER_HELP =
  "REG is written as for setpci, all numbers hexadecimal: a name (COMMAND, BASE_ADDRESS_0), a capability with an " +
  "offset and a width (CAP_EXP+8.w, ECAP_AER+4.l, CAP05+2.w; @1 is the second of its kind) or an offset (a0.w). " +
  "Widths are .b .w .l: 8, 16, 32 bits. V:MASK changes the bits of MASK alone; V,V writes registers that follow each " +
  "other.";

const PARTS = /^([^+.@]+)(?:\+([^.@]*))?(?:\.([^@]*))?(?:@(.*))?$/;
const HEX = /^(?:0x)?[0-9a-f]{1,8}$/i;
const WIDTHS: Readonly<Record<string, 8 | 16 | 32>> = { b: 8, w: 16, l: 32 };
const CONFIG_SIZE = 0x1000;

/** Reads a register. @throws {UsageError} for what is none. */
export function parseRegister(text: string): RegisterExpression {
  const [, name = "", plus, suffix, at] = PARTS.exec(text) ?? [];
  const base = lookUp(name);
  if (base === undefined) {
    throw new UsageError(`There is no register '${text}': vfio config --help tells how they are written`);
  }
  const offset = plus === undefined ? 0 : parseHex(plus, "offset", text);
  const width = suffix === undefined ? base.width : widthOf(suffix, text);
  if (width === undefined) {
    throw new UsageError(`'${text}' says no width: ${text}.b, ${text}.w or ${text}.l`);
  }
  const register = { text, base, offset, width, number: at === undefined ? 0 : parseHex(at, "number", text) };
  const first = base.at + offset;
  if (first + width / 8 > CONFIG_SIZE) throw new UsageError(`'${text}' is outside of any config space`);
  if (base.kind === "header" && first % (width / 8) !== 0) throw unaligned(text, width, first);
  return register;
}

/** Reads `REG=V`, `REG=V:MASK` or `REG=V,V`. @throws {UsageError} for what is none. */
export function parseAssignment(text: string): Assignment {
  const at = text.indexOf("=");
  if (at < 0) throw new UsageError(`'${text}' says nothing to set: ${text}=VALUE or ${text}=VALUE:MASK`);
  const register = parseRegister(text.slice(0, at));
  const all = 2 ** register.width - 1;
  const values = text.slice(at + 1).split(",").map((part): MaskedValue => {
    const [value = "", mask, ...rest] = part.split(":");
    if (rest.length > 0) throw new UsageError(`'${part}' in '${text}' is no value: VALUE or VALUE:MASK`);
    const bits = mask === undefined ? all : parseHex(mask, "mask", text, all);
    return { value: (parseHex(value, "value", text, all) & bits) >>> 0, mask: bits };
  });
  return { register, values };
}

/** Says that no access of that width begins there. */
export function unaligned(text: string, width: number, at: number): UsageError {
  return new UsageError(`'${text}' is at 0x${at.toString(16)}, where no access of ${width} bits begins`);
}

function widthOf(suffix: string, text: string): 8 | 16 | 32 {
  const letter = suffix.toLowerCase();
  const width = Object.hasOwn(WIDTHS, letter) ? WIDTHS[letter] : undefined;
  if (width !== undefined) return width;
  throw new UsageError(`'.${suffix}' in '${text}' is no width: .b, .w and .l are 8, 16 and 32 bits`);
}

function parseHex(digits: string, what: string, text: string, last = CONFIG_SIZE - 1): number {
  const value = HEX.test(digits) ? parseInt(digits, 16) : NaN;
  if (value <= last) return value;
  throw new UsageError(`'${digits}' in '${text}' is no ${what}: hexadecimal, up to ${last.toString(16)}`);
}
