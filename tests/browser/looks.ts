/** What can be wrong with the looks of a page, as expressions to evaluate in it. */
import type { Chromium } from "./chromium.ts";

/** Text that is cut by its drawing, or stands on other text. */
export const MISPLACED =
  `[...document.querySelectorAll("svg")].filter((svg) => svg.checkVisibility()).flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
  const cut = texts.filter(([, { left, right, top, bottom }]) =>
    left < frame.left - 1 || right > frame.right + 1 || top < frame.top - 1 || bottom > frame.bottom + 1);
  const covered = texts.filter(([, one], index) => texts.some(([, other], place) => place > index &&
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4));
  return [...cut.map(([text]) => "cut: " + text), ...covered.map(([text]) => "covered: " + text)];
})`;

/** Whether the page is as wide as the screen, and no element sticks out. */
export const STICKING_OUT = `[...document.body.querySelectorAll("*")].filter((element) =>
  !element.closest("svg, thead") && element.getBoundingClientRect().right > innerWidth + 1).map(({ tagName }) => tagName)`;

/** What a page said or fetched, beside itself. */
export function noise(browser: Chromium): string[] {
  return browser.events.flatMap(({ method, params }) => {
    if (
      /^(Log\.entryAdded|Runtime\.(consoleAPICalled|exceptionThrown)|Page\.javascriptDialogOpening|Audits\.)/
        .test(method)
    ) {
      return [JSON.stringify({ method, params })];
    }
    const { request, type } = params as {
      readonly request?: { readonly url: string };
      readonly type?: string;
    };
    return method === "Network.requestWillBeSent" && type !== "Document" ? [`fetched ${request?.url}`] : [];
  });
}

/** Writes a page into a file that is nobody else's. @returns Its path. */
export async function written(content: string, extension: string): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: `.${extension}` });
  await Deno.writeTextFile(path, content);
  return path;
}
