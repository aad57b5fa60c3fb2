/** Tables and trees of text. */
import { bold, widthOf } from "./text.ts";
import type { Line, Span } from "./text.ts";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right. @default "left" */
  readonly align?: "left" | "right";
}

const GAP = "  ";

/**
 * Lays cells out in columns, below a line of titles.
 *
 * @param rows A cell for each column; a cell is a piece of text, or several.
 */
export function table(columns: readonly Column[], rows: readonly (readonly (Span | Line)[])[]): Line[] {
  const titles = columns.map(({ title }): Line => [bold(title)]);
  const lines = [titles, ...rows.map((row) => row.map(lineOf))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => width(line[index] ?? []))));
  return lines.map((cells) => {
    const last = cells.findLastIndex((cell) => width(cell) > 0);
    return columns.slice(0, last + 1).flatMap(({ align = "left" }, index): Span[] => {
      const cell = cells[index] ?? [];
      const space = " ".repeat((widths[index] ?? 0) - width(cell));
      const gap = index === last ? "" : GAP;
      return align === "right" ? [space, ...cell, gap] : [...cell, index === last ? "" : space, gap];
    });
  });
}

/** Something with things below it. */
export interface Branch {
  readonly line: Line;
  readonly children?: readonly Branch[];
}

/** Draws a tree: its root at the left, what is below it behind lines. */
export function tree({ line, children = [] }: Branch): Line[] {
  const last = children.length - 1;
  return [
    line,
    ...children.flatMap((child, index) =>
      tree(child).map((below, row): Line => {
        if (row === 0) return [index === last ? "└─ " : "├─ ", ...below];
        return [index === last ? "   " : "│  ", ...below];
      })
    ),
  ];
}

function lineOf(cell: Span | Line): Line {
  return typeof cell === "string" || "text" in cell ? [cell] : cell;
}

function width(line: Line): number {
  return line.reduce((sum, span) => sum + widthOf(span), 0);
}
