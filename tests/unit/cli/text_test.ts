import { assertEquals } from "@std/assert";
import { bold, green, red, render, visible, widthOf } from "../../../cli/text.ts";

Deno.test("visible() shows what a terminal would obey or hide, and leaves the rest", () => {
  for (
    const [text, expected] of [
      ["plain, ümlaut, 你好, 🙂", "plain, ümlaut, 你好, 🙂"],
      ["\x1b[31mred", "\\x1b[31mred"],
      ["a\nb\rc\td\0", "a\\x0ab\\x0dc\\x09d\\x00"],
      ["\x7f\x9b31m", "\\x7f\\x9b31m"],
      ["evil\u202etxt.exe\u2066", "evil\\u202etxt.exe\\u2066"],
      ["zero\u200bwidth\ufeff\u00ad", "zero\\u200bwidth\\ufeff\\xad"],
      ["line\u2028\u2029", "line\\u2028\\u2029"],
      ["tag\u{e0041}", "tag\\u{e0041}"],
      ["half\ud800", "half\\ud800"],
      ["none\ufffe\u{10ffff}", "none\\ufffe\\u{10ffff}"],
      ["filler\u3164\u034f\ufe0f", "filler\\u3164\\u034f\\ufe0f"],
      ["pile a\u0301\u0302\u0303\u0304\u0305", "pile a\u0301\u0302\u0303\\u0304\\u0305"],
    ] as const
  ) assertEquals(visible(text), expected);
});

Deno.test("render() colours its own pieces, and nothing that a piece brings along", () => {
  const line = [green("ok"), " ", red("\x1b[0m"), bold("")];
  assertEquals(render(line, true), "\x1b[32mok\x1b[0m \x1b[31m\\x1b[0m\x1b[0m");
  assertEquals(render(line, false), "ok \\x1b[0m");
});

Deno.test("widthOf() counts what is shown", () => {
  assertEquals([widthOf("🙂é"), widthOf(red("a\x1b"))], [2, 5]);
});
