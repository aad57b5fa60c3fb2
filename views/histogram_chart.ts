/** The drawing of a histogram. */
import type { Column, Scale } from "./histogram_columns.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { box, group, label, line } from "./svg.ts";
import type { Picture } from "./svg.ts";
import { textWidth } from "./text_width.ts";
import { formatTime } from "./units.ts";

/** What is drawn. */
export interface Chart {
  readonly name: string;
  readonly summary: string;
  /** Times that are marked and told, in nanoseconds, the shortest first. */
  readonly marks: readonly { readonly name: string; readonly time: number }[];
  readonly columns: readonly Column[];
  readonly scale: Scale;
}

const MARGIN = 16;
const LEFT = 46;
const TOP = 92;
const HEIGHT = 150;
/** With more than this between the least and the greatest count, rare times would not be seen. */
const LINEAR_RATIO = 50;

/** Draws a histogram. */
export function drawHistogram(chart: Chart, width: number): Picture {
  const { name, summary, columns, marks } = chart;
  const plot = { x: MARGIN + LEFT, width: width - 2 * MARGIN - LEFT };
  const counts = columns.map(({ count }) => count).filter((count) => count > 0);
  const most = Math.max(1, ...counts);
  const logarithmic = counts.length > 0 && most / Math.min(...counts) > LINEAR_RATIO;
  const heightOf = (count: number) => {
    if (count === 0) return 0;
    const share = logarithmic ? Math.log10(count * 2) / Math.log10(most * 2) : count / most;
    return Math.max(1.5, share * HEIGHT);
  };
  const body = [
    label(MARGIN, MARGIN + 10, name, { size: 14, kind: "bold", width: width - 2 * MARGIN }),
    figures(marks, width),
    countAxis(most, logarithmic, plot, heightOf),
    columns.map((column, index) => {
      const step = plot.width / columns.length;
      const height = heightOf(column.count);
      const tip = `${formatTime(column.start)} to ${formatTime(column.end)}: ${column.count}`;
      return group([
        // All of the column's height is there for the pointer.
        box(plot.x + index * step, TOP, step, HEIGHT, "hit"),
        box(plot.x + index * step + 0.5, TOP + HEIGHT - height, Math.max(0.5, step - 1), height, "bar"),
      ], tip);
    }),
    line(plot.x, TOP + HEIGHT + 0.5, plot.x + plot.width, TOP + HEIGHT + 0.5, "rule"),
    columns.length === 0
      ? label(width / 2, TOP + HEIGHT / 2, "nothing recorded", { kind: "dim", anchor: "middle" })
      : [flags(chart, plot), timeAxis(chart.scale, plot)],
  ];
  return { width, height: TOP + HEIGHT + 44, title: name, summary, body: markup`${body}` };
}

interface Span {
  readonly x: number;
  readonly width: number;
}

/** The marked times as figures, side by side. */
function figures(marks: Chart["marks"], width: number): Markup[] {
  const step = Math.min(110, (width - 2 * MARGIN) / Math.max(1, marks.length));
  return marks.map(({ name, time }, index) =>
    group([
      label(MARGIN + index * step, MARGIN + 30, name, { size: 10, kind: "dim" }),
      label(MARGIN + index * step, MARGIN + 45, formatTime(time), {
        size: 12,
        kind: "bold",
        width: step - 4,
      }),
    ])
  );
}

function countAxis(
  most: number,
  logarithmic: boolean,
  { x, width }: Span,
  heightOf: (count: number) => number,
): Markup[] {
  const ticks = logarithmic ? powersOfTen(1, most) : [...new Set([Math.ceil(most / 2), most])];
  const few = ticks.length > 5 ? ticks.filter((_, index) => index % 2 === 0) : ticks;
  return few.map((count) => {
    const y = Math.round(TOP + HEIGHT - heightOf(count)) + 0.5;
    return group([
      line(x, y, x + width, y, "rule dashed"),
      label(x - 6, y + 3.5, shortCount(count), { size: 10, kind: "dim", anchor: "end" }),
    ]);
  });
}

function timeAxis(scale: Scale, { x, width }: Span): Markup[] {
  const y = TOP + HEIGHT;
  let free = -Infinity;
  const steps = scale.logarithmic
    ? powersOfTen(scale.timeAt(0), scale.timeAt(1)).flatMap((power) => [power, 2 * power, 5 * power])
    : Array.from({ length: 5 }, (_, index) => scale.timeAt(index / 4));
  const within = steps.filter((time) => time >= scale.timeAt(0) * 0.999 && time <= scale.timeAt(1) * 1.001);
  const ticks = within.map((time) => {
    const place = x + scale.place(time) * width;
    const text = formatTime(time);
    const half = textWidth(text, 10) / 2;
    const left = Math.min(place - half, x + width + MARGIN - 2 * half - 2);
    // A tick whose name has no room has none.
    const isNamed = left > free + 8;
    if (isNamed) free = left + 2 * half;
    return group([
      line(place, y, place, y + 4, "rule"),
      isNamed ? label(left + half, y + 16, text, { size: 10, kind: "dim", anchor: "middle" }) : undefined,
    ]);
  });
  return [
    ...ticks,
    label(x + width, y + 32, scale.logarithmic ? "time, logarithmic" : "time", {
      size: 10,
      kind: "dim",
      anchor: "end",
    }),
  ];
}

/** Lines where the marked times are. A name that has no room above its line has none. */
function flags({ marks, scale }: Chart, { x, width }: Span): Markup[] {
  let free = Infinity;
  return marks.toReversed().map(({ name, time }) => {
    const place = x + scale.place(time) * width;
    const half = textWidth(name, 10) / 2;
    const middle = Math.min(place, x + width - half);
    const isNamed = middle + half < free - 4;
    if (isNamed) free = middle - half;
    return group([
      line(place, TOP - 4, place, TOP + HEIGHT, "mark dashed"),
      isNamed ? label(middle, TOP - 8, name, { size: 10, kind: "dim", anchor: "middle" }) : undefined,
    ], `${name}: ${formatTime(time)}`);
  });
}

function powersOfTen(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(Math.max(1, low)));
  const last = Math.floor(Math.log10(Math.max(1, high)));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

function shortCount(count: number): string {
  return count >= 1e6
    ? `${Number((count / 1e6).toPrecision(3))}M`
    : count >= 1e4
    ? `${Number((count / 1e3).toPrecision(3))}k`
    : `${count}`;
}
