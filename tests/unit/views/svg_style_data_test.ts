import { assert, assertEquals } from "@std/assert";
import { REPORT_STYLE } from "../../../views/report_style_data.ts";
import { SVG_STYLE } from "../../../views/svg_style_data.ts";

/** What WCAG 2 asks of text. */
const LEAST = 4.5;
const STATES = ["ready", "blocked", "kernel", "in-use", "free"];

/** The fills of the classes in one half of the style. */
function fills(half: string): Map<string, string> {
  const found = new Map<string, string>();
  for (
    const [, selectors = "", fill = ""] of half.matchAll(/^(?:.*\})?(\.vfio [^{}]*)\{fill:(#[0-9a-f]{6})/gm)
  ) {
    for (const selector of selectors.split(",")) {
      found.set(selector.replace(".vfio ", "").replace(".", ""), fill);
    }
  }
  for (const [, name = "", fill = ""] of half.matchAll(/\.vfio \.([\w-]+)\{fill:(#[0-9a-f]{6})/g)) {
    found.set(name, fill);
  }
  return found;
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = Array.from({ length: 3 }, (_, index) => {
    const value = parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string | undefined, other: string | undefined): number {
  assert(one !== undefined && other !== undefined);
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const [light = "", dark = ""] = String(SVG_STYLE).split("@media");

for (const [name, half] of [["light", light], ["dark", dark]] as const) {
  Deno.test(`SVG_STYLE tells text from its ground in the ${name}`, () => {
    const colours = fills(half);
    const areas = Array.from({ length: 8 }, (_, index) => `a${index}`);
    const pairs = [
      ...["paper", "panel", "empty", "bar", ...areas].filter((ground) => ground !== "bar").map((
        ground,
      ) => ["ink", ground]),
      ...["paper", "panel", "empty"].map((ground) => ["dim", ground]),
      ...STATES.flatMap((state) => [[state, "paper"], [state, "panel"], [state, `${state}-tint`]]),
    ];
    for (const [text = "", ground = ""] of pairs) {
      const ratio = contrast(colours.get(text), colours.get(ground));
      assert(ratio >= LEAST, `${text} on ${ground}: ${ratio.toFixed(2)}`);
    }
  });
}

Deno.test("SVG_STYLE has every colour in both halves", () => {
  assertEquals([...fills(dark).keys()].sort(), [...fills(light).keys()].sort());
});

Deno.test("REPORT_STYLE tells text from its ground, in light and in dark", () => {
  const halves = String(REPORT_STYLE).split("@media screen").slice(0, 2);
  assertEquals(halves.length, 2);
  for (const half of halves) {
    const colours = new Map(
      half.matchAll(/--([\w-]+):(#[0-9a-f]{6})/g).map(([, name = "", colour = ""]) => [name, colour]),
    );
    const pairs = [
      ["ink", "paper"],
      ["dim", "paper"],
      ["link", "paper"],
      ["ink", "panel"],
      ...STATES.map((state) => [state, `${state}-tint`]),
    ];
    for (const [text = "", ground = ""] of pairs) {
      const ratio = contrast(colours.get(text), colours.get(ground));
      assert(ratio >= LEAST, `${text} on ${ground}: ${ratio.toFixed(2)}`);
    }
  }
});

Deno.test("The styles fetch nothing", () => {
  for (const style of [SVG_STYLE, REPORT_STYLE]) assert(!/url\(|@import|@font-face/.test(String(style)));
});
