import { assertEquals, assertThrows } from "@std/assert";
import { markup } from "../../../views/markup.ts";
import type { Picture } from "../../../views/svg.ts";
import { DISPLAY, View } from "../../../views/view.ts";

class Sample extends View {
  picture(width: number): Picture {
    return { width, height: 10, title: "t", summary: "s", body: markup`` };
  }

  protected lines(): readonly string[] {
    return ["one\x1b[31m  ", "two\nthree"];
  }
}

Deno.test("View.svg() draws as wide as it is asked to", () => {
  assertEquals(/ width="(\d+)"/.exec(new Sample().svg({ width: 321 }))?.[1], "321");
  assertEquals(/ width="(\d+)"/.exec(new Sample().svg())?.[1], "760");
});

Deno.test("View.svg() refuses a width that nothing can be drawn in", () => {
  for (const width of [319, 4001, NaN, -1, Infinity]) {
    assertThrows(() => new Sample().svg({ width }), RangeError, `Cannot draw ${width} pixels wide`);
  }
});

Deno.test("View.toString() gives its lines without what a terminal obeys", () => {
  assertEquals(new Sample().toString(), "one\ufffd[31m\ntwo three");
});

Deno.test("View shows itself in a notebook as picture and as text", () => {
  const sample = new Sample();
  assertEquals(DISPLAY, Symbol.for("Jupyter.display"));
  assertEquals(sample[DISPLAY](), { "image/svg+xml": sample.svg(), "text/plain": sample.toString() });
});
