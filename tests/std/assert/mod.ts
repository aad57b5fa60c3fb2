/**
 * The assertions the tests use, by the names and signatures of `@std/assert`, so that the tests run where no
 * registry is reached.
 *
 * @module
 */
export { equal } from "./equal.ts";
export { AssertionError, fail } from "./assertion_error.ts";
export {
  assert,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertStringIncludes,
} from "./values.ts";
export { assertRejects, assertThrows } from "./errors.ts";
