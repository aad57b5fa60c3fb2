import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  ConfigMap,
  DmaMap,
  groupsOf,
  GroupsView,
  LatencyHistogram,
  RegisterView,
  reportHtml,
} from "../../views/mod.ts";
import type { View } from "../../views/mod.ts";
import { CONFIG_HEADER } from "../../pci/mod.ts";
import { HOSTILE } from "../unit/views/hostile_data.ts";
import { configOf, sampleHost, sampleLatencies, sampleReport } from "../unit/views/sample.ts";
import { hostileReport, hostileViews } from "../unit/views/hostile.ts";
import { Chromium } from "./chromium.ts";
import { MISPLACED, noise, STICKING_OUT, written } from "./looks.ts";

const VIEWS: readonly View[] = [
  new GroupsView(groupsOf(sampleHost().host)),
  new ConfigMap({ bytes: configOf(sampleHost(), "0000:01:00.0") }),
  new RegisterView(CONFIG_HEADER, { command: 0x0107, status: 0x0010, classCode: 0x00ff_0010 }),
  sampleLatencies(),
  new LatencyHistogram("empty"),
  new DmaMap(sampleReport().dma?.[0] ?? { mappings: [] }),
];

Deno.test("In Chromium a report of eight devices", async (t) => {
  await using browser = await Chromium.start();
  const path = await written(reportHtml(sampleReport()), "html");
  for (const width of [1280, 820, 700, 400, 360]) {
    await t.step(`fits ${width} pixels, says and fetches nothing, and hides no text`, async () => {
      await browser.look({ width });
      await browser.open(path);
      assertEquals(await browser.evaluate("document.documentElement.scrollWidth"), width);
      assertEquals(await browser.evaluate(STICKING_OUT), []);
      assertEquals(await browser.evaluate(MISPLACED), []);
      assertEquals(noise(browser), []);
    });
  }
  await t.step("is dark where the screen is", async () => {
    const grounds: unknown[] = [];
    for (const scheme of ["light", "dark"] as const) {
      await browser.look({ width: 1280, scheme });
      grounds.push(await browser.evaluate("getComputedStyle(document.body).backgroundColor"));
      grounds.push(await browser.evaluate('getComputedStyle(document.querySelector("svg .paper")).fill'));
    }
    assertEquals(grounds.slice(0, 2), ["rgb(255, 255, 255)", "rgb(255, 255, 255)"]);
    assertNotEquals(grounds[2], grounds[0]);
    assertEquals(grounds[2], grounds[3]);
  });
  await t.step("runs nothing, even if a script gets into it", async () => {
    const inject =
      "document.body.append(Object.assign(document.createElement('script'), { text: 'globalThis.ran = 1' }))";
    await browser.evaluate(inject);
    assertEquals(await browser.evaluate("typeof globalThis.ran"), "undefined");
  });
  await t.step("has text that can be selected and copied", async () => {
    const text = await browser.evaluate(
      "getSelection().selectAllChildren(document.body), getSelection().toString()",
    );
    for (const part of ["0000:00:05.0 is driven by nvme", "34", "Single Root I/O Virtualization"]) {
      assert(String(text).includes(part), part);
    }
  });
  await Deno.remove(path);
});

Deno.test("In Chromium each view as a file of its own hides no text, says and fetches nothing", async (t) => {
  await using browser = await Chromium.start();
  for (const view of VIEWS) {
    for (const width of [320, 400, 760, 1200]) {
      await t.step(`${view.constructor.name} at ${width}`, async () => {
        const path = await written(view.svg({ width }), "svg");
        await browser.look({ width });
        await browser.open(path);
        assertEquals(await browser.evaluate("document.documentElement.tagName"), "svg");
        assertEquals(await browser.evaluate(MISPLACED), []);
        assertEquals(noise(browser), []);
        await Deno.remove(path);
      });
    }
  }
});

Deno.test("In Chromium hostile names run nothing, fetch nothing, and stand where they should", async () => {
  await using browser = await Chromium.start();
  for (const [index, text] of HOSTILE.entries()) {
    const shown = JSON.stringify(text.slice(0, 60));
    const report = hostileReport(text);
    // The map of a config space is what takes a browser long; its names are those of the views below.
    const devices = index % 8 === 0
      ? report.devices
      : report.devices.map(({ config: _, ...device }) => device);
    const html = reportHtml({ ...report, devices });
    const path = await written(html, "html");
    await browser.look({ width: 400 });
    await browser.open(path);
    assertEquals(noise(browser), [], shown);
    assertEquals(await browser.evaluate("typeof globalThis.ran"), "undefined", shown);
    assertEquals(await browser.evaluate("document.documentElement.scrollWidth"), 400, shown);
    assertEquals(await browser.evaluate(MISPLACED), [], shown);
    const documents = [
      ["application/xhtml+xml", html],
      ...hostileViews(text).map((view) => ["image/svg+xml", view.svg()]),
    ];
    for (const [type, source] of documents) {
      const parse = `new DOMParser().parseFromString(${JSON.stringify(source)}, "${type}")`;
      assertEquals(
        await browser.evaluate(`${parse}.querySelector("parsererror")?.textContent ?? ""`),
        "",
        shown,
      );
    }
    await Deno.remove(path);
  }
});
