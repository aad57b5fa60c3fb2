import { assert, assertEquals } from "@std/assert";
import { markup, reportHtml, reportJson } from "../../../views/mod.ts";
import { hostileReport, hostileViews } from "./hostile.ts";
import { HOSTILE } from "./hostile_data.ts";
import { activeParts, readXml } from "./well_formed.ts";

/** What a terminal would obey, or would not show. */
const UNSEEN = /[^\P{C}\n]|[\u2028\u2029]/u;

Deno.test("View.svg() is well-formed and inactive, whatever names say", () => {
  assert(HOSTILE.length >= 60);
  for (const text of HOSTILE) {
    for (const view of hostileViews(text)) {
      const elements = readXml(view.svg({ width: 400 }));
      assertEquals(
        activeParts(elements),
        [],
        `${view.constructor.name} of ${JSON.stringify(text.slice(0, 60))}`,
      );
      assertEquals(elements[0]?.name, "svg");
    }
  }
});

Deno.test("View.toString() holds nothing that a terminal obeys, whatever names say", () => {
  for (const text of HOSTILE) {
    for (const view of hostileViews(text)) {
      assertEquals(UNSEEN.exec(view.toString()), null, JSON.stringify(text.slice(0, 60)));
    }
  }
});

Deno.test("reportHtml() is well-formed and inactive, whatever names say", () => {
  for (const text of HOSTILE) {
    const elements = readXml(reportHtml(hostileReport(text)));
    assertEquals(activeParts(elements), [], JSON.stringify(text.slice(0, 60)));
    const metas = elements.filter(({ name }) => name === "meta");
    assertEquals(
      metas.map(({ attributes }) => attributes.get("http-equiv")).filter((name) => name !== undefined),
      [
        "Content-Security-Policy",
      ],
    );
  }
});

Deno.test("reportJson() is JSON, whatever names say", () => {
  for (const text of HOSTILE) assertEquals(JSON.parse(reportJson(hostileReport(text))).schemaVersion, 1);
});

Deno.test("markup makes JUnit's XML as well-formed as SVG", () => {
  for (const text of HOSTILE) {
    const xml =
      markup`<testsuite name="${text}"><testcase name="${text}"><failure message="${text}">${text}</failure></testcase></testsuite>`;
    assertEquals(activeParts(readXml(String(xml))), []);
  }
});
