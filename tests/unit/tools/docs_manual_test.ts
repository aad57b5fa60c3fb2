import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { VfioCommand } from "../../../cli/command.ts";
import { COMMANDS } from "../../../cli/commands/mod.ts";
import { manual } from "../../../tools/docs/manual.ts";
import { escape } from "../../../tools/docs/roff.ts";

const MACROS = /^\.(\\"|TH|SH|SS|TP|PP|nf|fi|RS|RE)( |$)/;
const COMMAND: VfioCommand = {
  name: "try",
  aliases: ["attempt"],
  summary: "Try it",
  description: "First.\n\n.Second-hand.",
  arguments: [
    { name: "device", text: "which device" },
    { name: "words", text: "what", optional: true, variadic: true, values: ["a", "b"] },
  ],
  options: [{ flags: "-o, --owner <user>", text: "whose", values: ["me", "you"] }],
  examples: ["vfio try 'it'"],
  changes: true,
  run: () => {},
};

Deno.test("escape() lets roff take text as it is meant", () => {
  assertEquals(escape("a-b\\c 'd' ~^`"), "a\\-b\\ec \\(aqd\\(aq \\(ti\\(ha\\(ga");
  assertEquals(escape(".PP\nx.y\n.z"), "\\&.PP\nx.y\n\\&.z");
});

Deno.test("manual() makes requests that man(7) knows, and characters that every reader has", () => {
  for (const line of manual().trimEnd().split("\n")) {
    assert(!line.startsWith("'"), line);
    assert(!line.startsWith(".") || MACROS.test(line), line);
    assert(/^[\x20-\x7e]*$/.test(line), line);
    assert(line.startsWith('.\\"') || !/(^|[^\\])-/.test(line.replace(/\\fB|\\fI|\\fR/g, "")), line);
  }
});

Deno.test("manual() opens and closes what it sets apart in pairs", () => {
  const page = manual();
  for (const [open, close] of [["\n.nf\n", "\n.fi\n"], ["\n.RS 4\n", "\n.RE\n"]] as const) {
    assertEquals(page.split(open).length, page.split(close).length);
  }
});

Deno.test("manual() has a part for each command, with its examples", () => {
  const page = manual();
  for (const { name, examples } of COMMANDS) {
    assertStringIncludes(page, `\n.SS "\\fBvfio ${name}\\fR `);
    for (const example of examples) assertStringIncludes(page, `\n${escape(example)}\n`);
  }
});

Deno.test("manual() tells all that a command declares", () => {
  const page = manual([COMMAND]);
  for (
    const text of [
      '.SS "\\fBvfio try\\fR [\\fIoptions\\fR] \\fIdevice\\fR [\\fIwords...\\fR]"\nTry it.\nAlso called attempt.\n',
      ".PP\nFirst.\n.PP\n\\&.Second\\-hand.\n",
      ".TP\n\\fIdevice\\fR\nwhich device.\n.TP\n\\fIwords\\fR\nwhat: a, b.\n",
      ".TP\n\\fB\\-o, \\-\\-owner \\fR\\fIuser\\fR\nwhose: me, you.\n",
      ".TP\n\\fB\\-\\-dry\\-run\\fR\n",
      "Example:\n.PP\n.nf\n.RS 4\nvfio try \\(aqit\\(aq\n.RE\n.fi\n",
    ]
  ) {
    assertStringIncludes(page, text);
  }
});
