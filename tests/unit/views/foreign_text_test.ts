import { assertEquals } from "@std/assert";
import { clip, visibleText } from "../../../views/foreign_text.ts";

Deno.test("visibleText() keeps what people read", () => {
  for (const text of ["", "QEMU edu", "a < b & c", "Grüße 中文 \u{1f600} е\u0301", "\ue000"]) {
    assertEquals(visibleText(text), text);
  }
});

Deno.test("visibleText() shows what cannot be seen as a replacement character", () => {
  const unseen = [
    "\0",
    "\x1b",
    "\x7f",
    "\x9b",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\xad",
    "\ud800",
    "\udfff",
  ];
  for (const text of [...unseen, "\ufffe", "\u{10ffff}", "\u2028", "\u{e0041}", "\u3164", "\u034f"]) {
    assertEquals(visibleText(`a${text}b`), "a\ufffdb", JSON.stringify(text));
  }
});

Deno.test("visibleText() puts text on one line", () => {
  assertEquals(visibleText("a\r\n\tb\nc"), "a b c");
});

Deno.test("visibleText() bounds marks that are stacked, and lengths", () => {
  assertEquals(visibleText(`e${"\u0301".repeat(50)}x`), "e\u0301\u0301\u0301x");
  assertEquals(visibleText("x".repeat(100_000)).length, 2000);
});

Deno.test("visibleText() does not leave half a character where it cuts", () => {
  const text = visibleText(`${"x".repeat(1998)}\u{1f600}${"x".repeat(10)}`);
  assertEquals([text.isWellFormed(), text.endsWith("\ufffd…")], [true, true]);
});

Deno.test("visibleText() changes nothing more when it is repeated", () => {
  const text = visibleText(`\0\u202e${"e\u0301\u0301\u0301\u0301".repeat(900)}`);
  assertEquals(visibleText(text), text);
});

Deno.test("clip() cuts what is longer than asked for", () => {
  assertEquals(["abcd", "abcde", ""].map((text) => clip(text, 4)), ["abcd", "abc…", ""]);
});
