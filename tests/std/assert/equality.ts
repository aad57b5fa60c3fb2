import { deepStrictEqual } from "node:assert/strict";
import { inspect } from "node:util";
import { refuse } from "./assertion_error.ts";
import { equal } from "./equal.ts";

/** Asserts that both are equal in structure. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) refuse(difference(actual, expected), msg);
}

/** Asserts that both differ in structure. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) refuse(`Expected actual to differ from ${inspect(expected)}`, msg);
}

/** Asserts that both are the same by `Object.is`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const finding = equal(actual, expected) ? "Values have the same structure but are not the same" : undefined;
  refuse(finding ?? difference(actual, expected), msg);
}

/** Asserts that the two are not the same by `Object.is`. */
export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void {
  if (Object.is(actual, expected)) refuse(`Expected another value than ${inspect(expected)}`, msg);
}

/** What Node shows of two values that differ: line by line, abbreviated where they are long. */
function difference(actual: unknown, expected: unknown): string {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return `Expected ${inspect(expected)} but got ${inspect(actual)}`;
}
