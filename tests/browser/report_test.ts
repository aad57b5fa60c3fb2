/** What `vfio report` writes, in a browser. */
import { assert, assertEquals } from "@std/assert";
import { vfio } from "../unit/cli/captured_io.ts";
import { Chromium } from "./chromium.ts";
import { MISPLACED, noise, STICKING_OUT, written } from "./looks.ts";

/** Eight devices: ready, blocked, the kernel's, nobody's, and a bridge. */
const MACHINE = "edu,nvme:nvme@/data+edu,igb:igb@eth0,e1000e,ivshmem:none,root-port,vga";

/** As who looks: root sees whole config spaces, a user 64 bytes of each. */
const VIEWERS = { "root": "", "a user": ",user=1000" } as const;

/** The smallest text that is there to be read, in CSS pixels. */
const SMALLEST = `Math.min(...[...document.querySelectorAll("body *")].filter((element) =>
  element.checkVisibility() && [...element.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim() !== "")
).map((element) => parseFloat(getComputedStyle(element).fontSize) *
  (element.closest("svg")?.getScreenCTM()?.a ?? 1)))`;

for (const [viewer, settings] of Object.entries(VIEWERS)) {
  Deno.test(`In Chromium the page of vfio report, as ${viewer} makes it`, async (t) => {
    const { status, out } = await vfio(["report", "--emulated", MACHINE + settings]);
    assertEquals(status, 0);
    const path = await written(out, "html");
    await using browser = await Chromium.start();
    for (const width of [1280, 400]) {
      await t.step(`fits ${width} pixels, and hides and cuts nothing`, async () => {
        await browser.look({ width });
        await browser.open(path);
        assertEquals(await browser.evaluate("document.documentElement.scrollWidth"), width);
        assertEquals(await browser.evaluate(STICKING_OUT), []);
        assertEquals(await browser.evaluate(MISPLACED), []);
        assert(Number(await browser.evaluate(SMALLEST)) >= 10, String(await browser.evaluate(SMALLEST)));
      });
      await t.step(`says and fetches nothing at ${width} pixels`, () => assertEquals(noise(browser), []));
    }
    await t.step("has no script, and forbids them all", async () => {
      const policy = 'document.querySelector("meta[http-equiv=Content-Security-Policy]").content';
      assertEquals(await browser.evaluate(policy), "default-src 'none'; style-src 'unsafe-inline'");
      assertEquals(
        await browser.evaluate('document.querySelectorAll("script, link, img, iframe, object").length'),
        0,
      );
      const handlers =
        '[...document.querySelectorAll("*")].flatMap((element) => element.getAttributeNames())' +
        '.filter((name) => name.startsWith("on"))';
      assertEquals(await browser.evaluate(handlers), []);
    });
    await t.step("has commands that are copied as they are to be typed in", async () => {
      const texts = await browser.evaluate(
        '[...document.querySelectorAll("pre")].map((pre) => pre.innerText)',
      );
      const command = /^sudo vfio bind 00:05\.1 --group( --owner 1000)?$/;
      assert((texts as string[]).some((text) => command.test(text)), JSON.stringify(texts));
    });
    await t.step("leads from the table to each device", async () => {
      const lost = "[...document.links].filter((link) => document.querySelector(link.hash) === null).length";
      assertEquals(await browser.evaluate("document.links.length"), 8);
      assertEquals(await browser.evaluate(lost), 0);
    });
    await Deno.remove(path);
  });
}
