import {
  assertAlmostEquals,
  assertArrayIncludes,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertObjectMatch,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

Deno.test("assertObjectMatch() asks only for what is expected, however deep", () => {
  const actual = { a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, 3], bytes: new Uint8Array(2) };
  assertObjectMatch(actual, { a: { b: 1 }, list: [{ x: 1 }, 3], bytes: new Uint8Array(2) });
  assertThrows(() => assertObjectMatch(actual, { a: { b: 2 } }), AssertionError);
  assertThrows(() => assertObjectMatch(actual, { d: undefined }), AssertionError);
  assertThrows(() => assertObjectMatch(actual, { bytes: new Uint8Array(1) }), AssertionError);
});

Deno.test("assertArrayIncludes() compares deeply and names what is missing", () => {
  assertArrayIncludes([{ a: 1 }, { b: 2 }], [{ b: 2 }]);
  assertThrows(() => assertArrayIncludes([1, 2], [2, 3]), AssertionError, "[ 3 ]");
});

Deno.test("assertStringIncludes() and assertMatch() show both sides", () => {
  assertStringIncludes("abc", "bc");
  assertMatch("abc", /^a/);
  assertThrows(() => assertStringIncludes("abc", "d"), AssertionError, "'abc' to contain 'd'");
  assertThrows(() => assertMatch("abc", /^b/), AssertionError, "'abc' to match /^b/");
});

Deno.test("assertLess() and assertLessOrEqual() compare as operators do", () => {
  assertLess(1n, 2n);
  assertLessOrEqual(2, 2);
  assertThrows(() => assertLess(2, 2), AssertionError, "2 < 2");
  assertThrows(() => assertLessOrEqual(NaN, 2), AssertionError);
});

Deno.test("assertAlmostEquals() tolerates a ten-millionth", () => {
  assertAlmostEquals(1 + 1e-8, 1);
  assertThrows(() => assertAlmostEquals(1 + 1e-6, 1), AssertionError);
  assertAlmostEquals(1.2, 1, 0.3);
});

Deno.test("assertStrictEquals() tells equal structure from identity", () => {
  assertThrows(() => assertStrictEquals({ a: 1 }, { a: 1 }), AssertionError, "same structure");
  assertThrows(() => assertStrictEquals(0, -0), AssertionError);
});
