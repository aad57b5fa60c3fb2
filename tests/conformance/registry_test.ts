import { assertEquals } from "@std/assert";
import { RULES } from "./all.ts";
import { LAST, WITHOUT_CASE } from "./numbers_data.ts";
import { ranges } from "./registry.ts";

Deno.test("RULES and WITHOUT_CASE share out every number of the list between them", () => {
  for (let number = 1; number <= LAST; number++) {
    const hasCase = RULES.some((rule) => rule.number === number);
    assertEquals(hasCase, !WITHOUT_CASE.has(number), `${number}`);
  }
});

Deno.test("RULES have names of their own, each beginning with its number", () => {
  const names = RULES.map(({ name }) => name);
  assertEquals(names.length, new Set(names).size);
  for (const { number, name } of RULES) {
    if (number !== undefined) assertEquals(name.startsWith(`${number}. `), true, name);
    else assertEquals(/^\D/.test(name), true, name);
  }
});

Deno.test("RULES come in the order of their numbers", () => {
  const numbers = RULES.flatMap(({ number }) => number ?? []);
  assertEquals(numbers, [...numbers].sort((a, b) => a - b));
});

Deno.test("ranges() joins numbers that follow each other", () => {
  assertEquals(ranges([1, 2, 3, 7, 9, 10]), "1-3 7 9-10");
  assertEquals(ranges([]), "");
});
