/** A report in a browser in which every hostile text stands, all at once. */
import { assertEquals } from "@std/assert";
import { reportHtml } from "../../views/mod.ts";
import { EVIL } from "../unit/cli/hostile_data.ts";
import { hostileReport } from "../unit/views/hostile.ts";
import { Chromium } from "./chromium.ts";

/** Elements that run or fetch something, links that lead out of the page, and attributes that hold code. */
const ACTIVE = `[...document.querySelectorAll("*")].flatMap((element) => [
  ...(/^(script|iframe|img|image|link|object|embed|form|base|use|foreignObject|animate|set)$/i.test(element.tagName)
    ? [element.tagName] : []),
  ...[...element.attributes].filter(({ name, value }) =>
    /^(on.*|style|src|srcdoc|action)$/i.test(name) || (/href$/i.test(name) && !value.startsWith("#"))
  ).map(({ name, value }) => name + "=" + value),
])`;

Deno.test("In Chromium a report with all hostile texts runs nothing and fetches nothing", async () => {
  const [first, ...others] = EVIL.map(hostileReport);
  if (first === undefined) throw new Error("There are no texts");
  // The map of a config space is what takes a browser long.
  const devices = [first, ...others].flatMap((report) => report.devices)
    .map(({ config: _, ...device }) => device);
  const path = await Deno.makeTempFile({ suffix: ".html" });
  try {
    await Deno.writeTextFile(path, reportHtml({ ...first, devices }));
    await using browser = await Chromium.start();
    await browser.look({ width: 800 });
    await browser.open(path);
    assertEquals(await browser.evaluate("typeof globalThis.ran"), "undefined");
    assertEquals(
      await browser.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)"),
      [],
    );
    assertEquals(await browser.evaluate(ACTIVE), []);
    const requests = browser.events.filter(({ method }) => method === "Network.requestWillBeSent");
    assertEquals(requests.map(({ params }) => params["type"]), ["Document"]);
  } finally {
    await Deno.remove(path);
  }
});
