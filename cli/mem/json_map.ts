/** Register maps in JSON: the form of the library's own maps, where offsets may be text as well. */
import { ByteMemory, registers } from "../../mod.ts";
import type { Field, RegisterAccess, RegisterDeclaration, RegisterWidth } from "../../mod.ts";
import { quoted } from "./quoted.ts";

const WIDTHS: readonly unknown[] = [8, 16, 32, 64];
const ACCESSES: readonly unknown[] = ["rw", "ro", "wo", "w1c"];
const KEYS: readonly string[] = ["at", "width", "access", "fields"];
/** A BAR has no more than a number holds exactly. */
const LAST_OFFSET = 2 ** 40;
const NUMBER = /^(0x[0-9a-f]{1,10}|\d{1,12})$/i;

/** Reads a map. @throws {SyntaxError} for what is none. */
export function parseJsonMap(text: string): Map<string, RegisterDeclaration> {
  const map = JSON.parse(text) as unknown;
  const entries = Object.entries(objectOf(map, "the map"));
  if (entries.length === 0) throw new SyntaxError("it has no registers");
  return new Map(entries.map(([name, value]) => [name, declarationOf(name, value)]));
}

function declarationOf(name: string, value: unknown): RegisterDeclaration {
  const subject = `register ${quoted(name)}`;
  const { at, width = 32, access = "rw", fields, ...others } = objectOf(value, subject);
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new SyntaxError(`${subject} has ${quoted(other)}: ${KEYS.join(", ")} are known`);
  }
  if (!WIDTHS.includes(width)) throw new SyntaxError(`${subject} has no width of 8, 16, 32 or 64 bits`);
  if (!ACCESSES.includes(access)) throw new SyntaxError(`${subject} has no access of rw, ro, wo or w1c`);
  const declaration: RegisterDeclaration = {
    at: offsetOf(at, subject),
    width: width as RegisterWidth,
    access: access as RegisterAccess,
    ...(fields === undefined ? {} : { fields: fieldsOf(fields, subject) }),
  };
  checkPlaces(declaration, subject);
  return declaration;
}

function offsetOf(at: unknown, subject: string): number {
  const offset = typeof at === "string" && NUMBER.test(at) ? Number(at) : at;
  if (typeof offset === "number" && Number.isInteger(offset) && offset >= 0 && offset < LAST_OFFSET) {
    return offset;
  }
  throw new SyntaxError(`${subject} has no offset "at", as 8 or "0x08"`);
}

function fieldsOf(fields: unknown, subject: string): Record<string, Field> {
  return Object.fromEntries(
    Object.entries(objectOf(fields, `the fields of ${subject}`)).map(([name, value]): [string, Field] => {
      if (typeof value === "number") return [name, value];
      const [msb, lsb, ...others] = Array.isArray(value) ? value as unknown[] : [];
      if (typeof msb === "number" && typeof lsb === "number" && others.length === 0) {
        return [name, [msb, lsb]];
      }
      throw new SyntaxError(`field ${quoted(name)} of ${subject} is neither a bit nor [msb, lsb]`);
    }),
  );
}

/** The library's own check: fields inside of the register, the register where an access of its width begins. */
function checkPlaces({ at, ...rest }: RegisterDeclaration, subject: string): void {
  const bytes = rest.width / 8;
  if (at % bytes !== 0) {
    throw new SyntaxError(`${subject} is at ${at}, where no access of ${rest.width} bits begins`);
  }
  try {
    registers(new ByteMemory(new Uint8Array(bytes)), { register: { ...rest, at: 0 } });
  } catch (error) {
    throw error instanceof TypeError ? new SyntaxError(`${subject}: ${error.message}`) : error;
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new SyntaxError(`${what} is no object`);
}
