import { assert, assertEquals, assertMatch } from "@std/assert";
import { markup } from "../../../views/markup.ts";
import { group, inlineSvg, label, lines, svgDocument } from "../../../views/svg.ts";
import { readXml } from "./well_formed.ts";

const PICTURE = { width: 99.5, height: 40, title: 'A "title"', summary: "<2>", body: markup`<g/>` };

Deno.test("svgDocument() names itself for who does not see it, and carries its style", () => {
  const [svg, title, desc, style, paper] = readXml(String(svgDocument(PICTURE)));
  assertEquals(svg?.attributes.get("role"), "img");
  assertEquals(svg?.attributes.get("aria-label"), 'A "title": <2>');
  assertEquals(svg?.attributes.get("viewBox"), "0 0 100 40");
  assertEquals([title?.name, title?.text, desc?.name, desc?.text], ["title", 'A "title"', "desc", "<2>"]);
  assertEquals([style?.name, paper?.attributes.get("class")], ["style", "paper"]);
});

Deno.test("inlineSvg() leaves the style to the page", () => {
  assert(!String(inlineSvg(PICTURE)).includes("<style"));
});

Deno.test("label() cuts text to its room", () => {
  const [text] = readXml(
    String(label(1, 2, "W".repeat(100), { width: 50, mono: true, kind: "dim", anchor: "end" })),
  );
  assertMatch(text?.text ?? "", /^W{3,8}…$/);
  assertEquals(text?.attributes.get("class"), "t12 mono dim");
  assertEquals(text?.attributes.get("text-anchor"), "end");
});

Deno.test("label() forces text of unknown width into the room that it was given", () => {
  const [forced] = readXml(String(label(0, 0, "\ufdfd".repeat(20), { width: 60 })));
  const length = Number(forced?.attributes.get("textLength"));
  assert(length > 0 && length <= 60);
  assertEquals(forced?.attributes.get("lengthAdjust"), "spacingAndGlyphs");
  assert(!String(label(0, 0, "plain")).includes("textLength"));
});

Deno.test("group() has its tip before all else, a line each", () => {
  const [g, title] = readXml(String(group(markup`<b/>`, lines(["one", "<two>"]), "kind")));
  assertEquals([g?.attributes.get("class"), title?.name, title?.text], ["kind", "title", "one\n<two>"]);
});
