import { assertEquals } from "@std/assert";
import type { RegisterMap } from "../../../../core/registers.ts";
import { scopeOf } from "./scopes.ts";

const MAP = {
  first: { at: 0x04, width: 32 },
  second: { at: 0x08, width: 16 },
} as const satisfies RegisterMap;

Deno.test("Scope.read() counts the length of what it is asked for, and says when some of it is cut off", () => {
  const whole = scopeOf({ 4: 1, 8: 2 }, { size: 10 });
  assertEquals(whole.read(MAP), { first: 1, second: 2 });
  assertEquals([whole.length, whole.truncated], [10, false]);
  const cut = scopeOf({ 4: 1, 8: 2 }, { size: 9 });
  assertEquals(cut.read(MAP), { first: 1 });
  assertEquals([cut.length, cut.truncated], [10, true]);
});

Deno.test("Scope.list() and Scope.numbers() give as many as are there", () => {
  const scope = scopeOf({ 8: 0x0403_0201, 12: 0x0807_0605 }, { size: 15 });
  assertEquals(scope.numbers(8, 4, 8), [1, 2, 3, 4]);
  assertEquals(scope.truncated, false);
  assertEquals(scope.numbers(8, 4, 16), [0x0201, 0x0403, 0x0605]);
  assertEquals(scope.truncated, true);
  assertEquals(scope.list(8, 1000, 4, (at, index) => [at, index]), [[8, 0], [12, 1]]);
  assertEquals(scope.length, 8 + 4000);
  assertEquals(scope.list(400, 3, 4, () => 1), []);
});

Deno.test("Scope.endsAt() ends the capability there, and misses nothing behind", () => {
  const scope = scopeOf({ 4: 1, 8: 2 });
  scope.endsAt(8);
  assertEquals(scope.read(MAP), { first: 1 });
  assertEquals([scope.length, scope.truncated], [8, false]);
});

Deno.test("Scope.endsAt() beyond what there is cuts the capability off", () => {
  const scope = scopeOf({ 4: 1, 8: 2 }, { size: 16 });
  scope.endsAt(0x18);
  assertEquals(scope.read(MAP), { first: 1, second: 2 });
  assertEquals([scope.length, scope.truncated], [0x18, true]);
});
