import { assert, assertEquals } from "@std/assert";
import { drawHistogram } from "../../../views/histogram_chart.ts";
import { scaleOf } from "../../../views/histogram_columns.ts";
import { svgDocument } from "../../../views/svg.ts";
import { readXml } from "./well_formed.ts";

function heights(counts: readonly number[]): number[] {
  const columns = counts.map((count, index) => ({ start: index, end: index + 1, count }));
  const chart = { name: "n", summary: "s", marks: [], columns, scale: scaleOf(1, 1000) };
  return readXml(String(svgDocument(drawHistogram(chart, 400))))
    .filter(({ attributes }) => attributes.get("class") === "bar").map(({ attributes }) =>
      Number(attributes.get("height"))
    );
}

Deno.test("drawHistogram() draws counts in proportion", () => {
  assertEquals(heights([10, 20, 0, 40]), [37.5, 75, 0, 150]);
});

Deno.test("drawHistogram() draws what is rare visibly beside what is common", () => {
  const [common = 0, rare = 0, never] = heights([100_000, 1, 0]);
  assertEquals([common, never], [150, 0]);
  assert(rare > 5);
});

Deno.test("drawHistogram() leaves out names of marks that have no room, the longer time's last", () => {
  const marks = ["p50", "p90", "max"].map((name, index) => ({ name, time: [10, 10.1, 1000][index] ?? 0 }));
  const chart = {
    name: "n",
    summary: "s",
    marks,
    columns: [{ start: 1, end: 2, count: 1 }],
    scale: scaleOf(1, 1000),
  };
  const flags = readXml(String(svgDocument(drawHistogram(chart, 400))))
    .filter(({ name, attributes }) => name === "text" && attributes.get("y") === "84").map(({ text }) =>
      text
    );
  assertEquals(flags, ["max", "p90"]);
});
