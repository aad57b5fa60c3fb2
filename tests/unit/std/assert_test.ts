import { assertEquals, AssertionError, assertRejects, assertThrows, equal } from "@std/assert";

Deno.test("equal() compares structure", () => {
  const cyclic: Record<string, unknown> = { a: 1 };
  cyclic["self"] = cyclic;
  const other: Record<string, unknown> = { a: 1 };
  other["self"] = other;
  const same: [unknown, unknown][] = [
    [{ a: [1, { b: 2n }] }, { a: [1, { b: 2n }] }],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [new Map([["k", [1]]]), new Map([["k", [1]]])],
    [new Set([1, 2]), new Set([2, 1])],
    [NaN, NaN],
    [0, -0],
    [new DataView(new ArrayBuffer(4)), new DataView(new ArrayBuffer(4))],
    [cyclic, other],
  ];
  for (const [a, b] of same) {
    assertEquals(equal(a, b), true, Deno.inspect([a, b]));
  }
});

Deno.test("equal() sees what differs", () => {
  const different: [unknown, unknown][] = [
    [{ a: 1 }, { a: 1, b: undefined }],
    [[1, 2], [1, 2, 3]],
    [new Uint8Array([1, 2]), new Uint8Array([1, 3])],
    [new Uint8Array([1]), new Uint16Array([1])],
    [new DataView(new ArrayBuffer(4)), new DataView(new ArrayBuffer(8))],
    [new Map([["k", 1]]), new Map([["k", 2]])],
    [new Set([1]), new Set([2])],
    [new Error("a"), new Error("b")],
    [new Error("a"), new TypeError("a")],
    [1, 1n],
    [null, undefined],
    [{}, null],
  ];
  for (const [a, b] of different) {
    assertEquals(equal(a, b), false, Deno.inspect([a, b]));
  }
});

Deno.test("assertThrows() looks at class and message", () => {
  function refuse(): void {
    throw new RangeError("offset 3 is not aligned");
  }
  assertThrows(refuse, RangeError, "offset 3");
  assertThrows(() => assertThrows(refuse, TypeError), AssertionError);
  assertThrows(
    () => assertThrows(refuse, RangeError, "offset 4"),
    AssertionError,
  );
  assertThrows(() => assertThrows(() => {}), AssertionError);
});

Deno.test("assertRejects() looks at class and message", async () => {
  function refuse(): Promise<void> {
    return Promise.reject(new RangeError("gone"));
  }
  await assertRejects(refuse, RangeError, "gone");
  await assertRejects(() => assertRejects(refuse, TypeError), AssertionError);
  await assertRejects(
    () => assertRejects(() => Promise.resolve()),
    AssertionError,
  );
});
