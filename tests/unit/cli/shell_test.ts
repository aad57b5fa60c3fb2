import { assertEquals } from "@std/assert";
import { shellCommand, shellWord } from "../../../cli/shell.ts";

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
      ["a\nb", "'a\nb'"],
    ] as const
  ) assertEquals(shellWord(word), expected);
});
