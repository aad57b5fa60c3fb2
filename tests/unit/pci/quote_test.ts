import { assertEquals, assertMatch } from "@std/assert";
import { quote } from "../../../pci/quote.ts";

Deno.test("quote() leaves nothing that a terminal obeys", () => {
  assertEquals(quote("plain"), '"plain"');
  assertEquals(
    quote('a"b\n\x1b[2J\x7f\x9b\u202e\u{1f600}'),
    '"a\\"b\\n\\u001b[2J\\u007f\\u009b\\u202e\\ud83d\\ude00"',
  );
  assertMatch(quote("\ud800"), /^[\x20-\x7e]+$/);
});

Deno.test("quote() shows 60 characters, and of what is no text only what it is", () => {
  assertEquals(quote("x".repeat(60)), `"${"x".repeat(60)}"`);
  assertEquals(quote("x".repeat(1_000_000)), `"${"x".repeat(60)}..."`);
  assertEquals([quote(null), quote(undefined), quote(4), quote({})], [
    "null",
    "undefined",
    "number",
    "object",
  ]);
});
