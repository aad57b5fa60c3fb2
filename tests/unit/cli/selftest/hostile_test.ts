import { assert, assertEquals } from "@std/assert";
import { junit } from "../../../../cli/selftest/junit.ts";
import { tapHead, tapLines } from "../../../../cli/selftest/tap.ts";
import type { Outcome } from "../../../../cli/selftest/check.ts";
import { render } from "../../../../cli/text.ts";
import { activeParts, readXml } from "../../views/well_formed.ts";
import { EVIL, shown } from "../hostile_data.ts";
import { obeyed } from "../terminal_text.ts";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
/** What a line of TAP may be. */
const TAP = /^(TAP version 14|1\.\.3|(not )?ok [1-3] - .*| {2}---| {2}message: ".*"| {2}\.\.\.| {2}# .*)$/s;

function outcomes(text: string): Outcome[] {
  return [
    { name: text, ok: true, ms: 1, detail: text, comments: [text] },
    { name: text, ok: false, ms: 1, message: text, comments: [text, text] },
    { name: "x", ok: true, ms: 1, skip: text },
  ];
}

Deno.test("junit() writes the same elements and attributes whatever outcomes say", () => {
  const shapeOf = (text: string) => {
    const xml = junit(text, outcomes(text));
    assert(xml.startsWith(DECLARATION));
    const elements = readXml(xml.slice(DECLARATION.length));
    assertEquals(activeParts(elements), [], shown(text));
    return elements.map(({ name, attributes }) => [name, ...attributes.keys()].join(" "));
  };
  const tame = shapeOf("tame");
  // Nothing to say is no output.
  for (const text of EVIL.filter((each) => each !== "")) assertEquals(shapeOf(text), tame, shown(text));
});

Deno.test("tapLines() writes lines of its own, and directives of its own, whatever outcomes say", () => {
  for (const text of EVIL) {
    const lines = [...tapHead(3), ...outcomes(text).flatMap((each, index) => tapLines(each, index + 1))]
      .map((line) => render(line, false));
    for (const line of lines) {
      assert(TAP.test(line), `${shown(text)}: ${line}`);
      assertEquals([line.includes("\n"), ...obeyed(line)], [false], shown(text));
      if (/^(not )?ok [12]/.test(line)) assertEquals(/(?<!\\)(\\\\)*#/.test(line), false, line);
    }
    const [message = ""] = lines.filter((line) => line.startsWith("  message: "));
    assertEquals(JSON.parse(message.slice("  message: ".length)), text, shown(text));
  }
});
