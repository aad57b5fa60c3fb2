/**
 * The assertions of `@std/assert` that the tests use.
 *
 * @module
 */
export { AssertionError } from "./assertion_error.ts";
export { assert, assertExists, assertFalse, assertInstanceOf, fail } from "./truth.ts";
export { equal } from "./equal.ts";
export { assertEquals, assertNotEquals, assertNotStrictEquals, assertStrictEquals } from "./equality.ts";
export {
  assertAlmostEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
} from "./order.ts";
export { assertArrayIncludes, assertMatch, assertObjectMatch, assertStringIncludes } from "./contents.ts";
export { assertRejects, assertThrows } from "./errors.ts";
