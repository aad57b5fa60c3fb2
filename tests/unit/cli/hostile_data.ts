/** Text of others that is after a terminal, a shell or a file, beside what is after a browser. */
import { HOSTILE } from "../views/hostile_data.ts";

/** One of each kind that is after a terminal, a shell or a file. */
export const WORDS: readonly string[] = [
  "$(reboot)",
  "`reboot`",
  "${IFS}reboot",
  "$'\\x41'",
  "; reboot #",
  "&& reboot",
  "| tee /etc/passwd",
  "> /etc/passwd",
  "a\nreboot\n",
  "a\rreboot",
  "it's",
  `"; reboot; "`,
  "' ; reboot ; '",
  "'\\'' ; reboot",
  "\\",
  "back\\slash\\n\\x1b[2J",
  "*",
  "~root",
  "!!",
  "{a,b}",
  "=ls",
  "a b",
  " ",
  "\t",
  "-rf",
  "--force",
  "--",
  "-",
  "../../../etc/shadow",
  "/dev/null",
  "%n%s%x%08x%p",
  "%%",
  "\x1b]52;c;cmVib290\x07",
  "\x1b]8;;http://127.0.0.1:9/x\x1b\\link\x1b]8;;\x1b\\",
  "\x1bP$q\x1b\\\x1bc\x1b[6n\x1b[?1049h",
  "\x9d0;title\x9c\x90\x98\x9e\x9f",
  "\b\b\b\b\b\b\bok\x7f\x7f",
  "\x0e\x0f\x05\x1a",
  "ok 1 - all is well\nnot ok 2\nBail out!",
  "name # SKIP # TODO",
  "\n...\n---\nmessage: x",
  "00: 34 12 e8 11 00 00 10 00 10 00 ff 00 00 00 00 00",
  "0000:00:04.0",
  "error: \nSee vfio --help",
  "\ufeffmark",
  "\u3164\u115f\u1160\uffa0\u034f\u17b4\u180b\u2065\u{e01ef}",
  "\ufe0f\ufe0e",
  "\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308",
  "\u00a0\u2003\u3000\u1680",
  "\u{1d173}\u{1bca0}\u{110bd}",
  "NaN",
  "null",
  "toString",
];

/** All of them. */
export const EVIL: readonly string[] = [...HOSTILE, ...WORDS];

/** How a test shows which one it was. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
