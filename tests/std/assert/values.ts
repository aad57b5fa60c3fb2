import { AssertionError, because } from "./assertion_error.ts";
import { equal } from "./equal.ts";

/** Asserts that `value` is truthy. */
export function assert(value: unknown, message = ""): asserts value {
  if (!value) throw new AssertionError(message);
}

/** Asserts that `value` is falsy. */
export function assertFalse(value: unknown, message = ""): void {
  if (value) throw new AssertionError(message);
}

/** Asserts that both are equal in structure. */
export function assertEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(
    `Values are not equal${because(message)}\n  actual:   ${
      show(actual)
    }\n  expected: ${show(expected)}`,
  );
}

/** Asserts that both differ in structure. */
export function assertNotEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (!equal(actual, expected)) return;
  throw new AssertionError(
    `Expected actual to differ from ${show(expected)}${because(message)}`,
  );
}

/** Asserts that both are the same by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  throw new AssertionError(
    `Values are not strictly equal${because(message)}\n  actual:   ${
      show(actual)
    }\n  expected: ${show(expected)}`,
  );
}

/** Asserts that the two are not the same by `Object.is`. */
export function assertNotStrictEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (!Object.is(actual, expected)) return;
  throw new AssertionError(
    `Expected actual to be another value than ${show(expected)}${
      because(message)
    }`,
  );
}

/** Asserts that `actual` is neither null nor undefined. */
export function assertExists<T>(
  actual: T,
  message?: string,
): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    throw new AssertionError(
      `Expected actual to be neither null nor undefined${because(message)}`,
    );
  }
}

/** Asserts that `actual` was made by `type`. */
export function assertInstanceOf<T>(
  actual: unknown,
  // deno-lint-ignore no-explicit-any -- a constructor of whatever parameters
  type: abstract new (...parameters: any[]) => T,
  message?: string,
): asserts actual is T {
  if (actual instanceof type) return;
  throw new AssertionError(
    `Expected an instance of ${type.name}, not ${show(actual)}${
      because(message)
    }`,
  );
}

/** Asserts that `actual` contains `expected`. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  message?: string,
): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(
    `Expected ${show(actual)} to contain ${show(expected)}${because(message)}`,
  );
}

/** Asserts that `actual` matches `expected`. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void {
  if (expected.test(actual)) return;
  throw new AssertionError(
    `Expected ${show(actual)} to match ${expected}${because(message)}`,
  );
}

/** Asserts that `actual` is greater than `expected`. */
export function assertGreater<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (actual > expected) return;
  throw new AssertionError(
    `Expected ${show(actual)} > ${show(expected)}${because(message)}`,
  );
}

/** Asserts that `actual` is `expected` or greater. */
export function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (actual >= expected) return;
  throw new AssertionError(
    `Expected ${show(actual)} >= ${show(expected)}${because(message)}`,
  );
}

/** Asserts that `actual` is less than `expected`. */
export function assertLess<T>(actual: T, expected: T, message?: string): void {
  if (actual < expected) return;
  throw new AssertionError(
    `Expected ${show(actual)} < ${show(expected)}${because(message)}`,
  );
}

/** Asserts that `actual` is `expected` or less. */
export function assertLessOrEqual<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  if (actual <= expected) return;
  throw new AssertionError(
    `Expected ${show(actual)} <= ${show(expected)}${because(message)}`,
  );
}

function show(value: unknown): string {
  return Deno.inspect(value, {
    depth: 10,
    iterableLimit: 100,
    strAbbreviateSize: 10_000,
    sorted: true,
  });
}
