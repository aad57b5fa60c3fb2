import { inspect } from "node:util";
import { refuse } from "./assertion_error.ts";
import { equal } from "./equal.ts";
import { assertEquals } from "./equality.ts";

/** Asserts that `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) refuse(`Expected ${inspect(actual)} to contain ${inspect(expected)}`, msg);
}

/** Asserts that `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) refuse(`Expected ${inspect(actual)} to match ${expected}`, msg);
}

/** Asserts that `actual` contains every element of `expected`, in any order, compared deeply. */
export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, msg?: string): void {
  const found = Array.from(actual);
  const missing = Array.from(expected).filter((item) => !found.some((other) => equal(item, other)));
  if (missing.length > 0) refuse(`Expected ${inspect(actual)} to include ${inspect(missing)}`, msg);
}

/** Asserts that `actual` has every property of `expected`, deeply; it may have more. */
export function assertObjectMatch(
  actual: Record<PropertyKey, unknown>,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals(common(actual, expected), common(expected, expected), msg);
}

/** The part of `actual` that `expected` speaks of, as plain objects, so that classes do not count. */
function common(actual: object, expected: object): Record<PropertyKey, unknown> {
  const part: Record<PropertyKey, unknown> = {};
  for (const key of Reflect.ownKeys(expected)) {
    if (!(key in actual)) continue;
    const value: unknown = Reflect.get(actual, key);
    const wanted: unknown = Reflect.get(expected, key);
    part[key] = nests(value) && nests(wanted) ? common(value, wanted) : value;
  }
  return part;
}

function nests(value: unknown): value is object {
  return Array.isArray(value) || Object.prototype.toString.call(value) === "[object Object]";
}
