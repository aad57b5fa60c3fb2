import { assertEquals, assertThrows } from "@std/assert";
import { shellCommand, shellWord } from "../../../cli/shell.ts";
import { EVIL, shown } from "./hostile_data.ts";
import { shellArguments, shellTokens } from "./shell_words.ts";
import { obeyed } from "./terminal_text.ts";

Deno.test("shellCommand() leaves plain words as they are", () => {
  assertEquals(shellCommand("sudo", "vfio", "bind", "0000:00:04.0"), "sudo vfio bind 0000:00:04.0");
});

Deno.test("shellWord() keeps a word one word, whatever is in it", () => {
  for (
    const [word, expected] of [
      ["", "''"],
      ["a b", "'a b'"],
      ["$(reboot)", "'$(reboot)'"],
      ["it's", "'it'\\''s'"],
      ["~", "'~'"],
      ["=ls", "'=ls'"],
      ["a=ls", "a=ls"],
      ["a\x1b[2J", `"$(printf 'a\\033\\1332J')"`],
      ["50%\u202e", `"$(printf '50\\045\\342\\200\\256')"`],
      ["-\0a\n\n", `"$(printf '\\055\\000a')"'\n\n'`],
      ["a\n", "'a\n'"],
    ] as const
  ) assertEquals(shellWord(word), expected);
});

Deno.test("shellCommand() says what it means to a shell, and nothing to a terminal", () => {
  for (const text of EVIL) {
    const line = shellCommand("echo", text, "end", `${text}${text}`);
    // No argument of a process holds a 0, or half a character.
    const meant = text.toWellFormed().replaceAll("\0", "");
    assertEquals(shellArguments(line), [
      "echo",
      meant,
      "end",
      `${text}${text}`.toWellFormed().replaceAll("\0", ""),
    ], shown(text));
    assertEquals(obeyed(line), [], shown(text));
  }
});

Deno.test("shellTokens() refuses what a shell would obey", () => {
  for (const line of ["a $(b)", "a `b`", '"a', "'a", "a & b", "a (b)", "~a", "a*", "a?", "!a", '"$(rm)"']) {
    assertThrows(() => shellTokens(line), SyntaxError);
  }
  assertEquals(shellTokens("a|b # c\n'd e'\\f"), [
    { word: "a" },
    { operator: "|" },
    { word: "b" },
    { operator: "\n" },
    { word: "d ef" },
  ]);
});
