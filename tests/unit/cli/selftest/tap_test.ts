import { assertEquals } from "@std/assert";
import { tapHead, tapLines } from "../../../../cli/selftest/tap.ts";
import type { Outcome } from "../../../../cli/selftest/check.ts";
import { render } from "../../../../cli/text.ts";

function text(outcome: Partial<Outcome>, number = 1): string[] {
  return tapLines({ name: "a check", ok: true, ms: 1, ...outcome }, number).map((line) =>
    render(line, false)
  );
}

Deno.test("tapHead() begins with the version and the plan", () => {
  assertEquals(tapHead(7), [["TAP version 14"], ["1..7"]]);
});

Deno.test("tapLines() writes outcomes, skipped ones, and what is wrong as YAML", () => {
  assertEquals(text({ detail: "3 of 3" }, 2), ["ok 2 - a check: 3 of 3"]);
  assertEquals(text({ skip: "none there" }), ["ok 1 - a check # SKIP none there"]);
  assertEquals(text({ ok: false, message: 'it said "no"' }), [
    "not ok 1 - a check",
    "  ---",
    '  message: "it said \\"no\\""',
    "  ...",
  ]);
  assertEquals(text({ comments: ["DMAR: fault"] }), ["ok 1 - a check", "  # DMAR: fault"]);
});

Deno.test("tapLines() lets no text be a directive, or a line of its own", () => {
  assertEquals(text({ detail: "a # SKIP \\ b" }), ["ok 1 - a check: a \\# SKIP \\\\ b"]);
  assertEquals(text({ ok: false, message: "a\nnot ok 2" })[2], '  message: "a\\nnot ok 2"');
  assertEquals(text({ comments: ["a\nok 2\x1b[2J"] })[1], "  # a\\x0aok 2\\x1b[2J");
});
