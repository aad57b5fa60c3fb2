/** Fields of a value at hand: what was fetched from a queue, or goes into one. */
import { fieldsClass, packNew } from "../../core/register_fields.ts";
import type { Field } from "../../core/register_fields.ts";
import type { Changes, ReadValue, RegisterDeclaration, RegisterValue } from "../../core/registers.ts";

/** A register with fields. */
export interface FieldsDeclaration extends RegisterDeclaration {
  /** Fields by name: a bit, or `[msb, lsb]`. */
  readonly fields: Readonly<Record<string, Field>>;
}

/** Takes a register's value apart, as reading it from memory would. */
export function unpackFields<R extends FieldsDeclaration>(
  declaration: R,
  raw: RegisterValue<R["width"]>,
): ReadValue<R> {
  return new (fieldsClass(declaration, "value"))(raw) as unknown as ReadValue<R>;
}

/**
 * Puts a register's value together: fields that are not named are 0.
 *
 * @throws {RangeError} when a value does not fit.
 */
export function packFields<R extends FieldsDeclaration>(
  declaration: R,
  fields: Changes<R>,
): RegisterValue<R["width"]> {
  return packNew(declaration, "value", fields) as RegisterValue<R["width"]>;
}
