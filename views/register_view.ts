/** RegisterView: registers as data sheets draw them. */
import type { RegisterDeclaration, RegisterMap } from "../core/registers.ts";
import { visibleText } from "./foreign_text.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { bitsOf, bitSpans, splitSpan } from "./register_layout.ts";
import type { BitSpan } from "./register_layout.ts";
import { box, group, label, lines as linesOf } from "./svg.ts";
import type { Picture } from "./svg.ts";
import { fitText, textWidth } from "./text_width.ts";
import { hex } from "./units.ts";
import { View } from "./view.ts";

/** What registers held when they were read, by name. A register may be missing. */
export type RegisterReadings = Readonly<Record<string, number | bigint>>;

const MARGIN = 16;
const TITLE = 24;
const NUMBERS = 14;
const LEAST = 26;
const VALUE = 16;
const GAP = 18;
const ROW_GAP = 4;
/** A name that stands upright may make its register that tall, and is cut beyond. */
const TALLEST = 168;
const WIDE = 640;

interface Row {
  readonly spans: readonly BitSpan[];
  readonly first: number;
  readonly height: number;
}

/**
 * A register map with its bits, most significant to the left, and the values that were read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EDU } from "@vfio/vfio/devices";
 * import { RegisterView } from "@vfio/vfio/views";
 *
 * const { id } = EDU;
 * const view = new RegisterView({ id }, { id: 0x010000ed }); // view.svg() draws it
 * assertEquals(view.toString().split("\n"), [
 *   "0x00  id  0x010000ed  (32 bits, ro)",
 *   "      [31:24] major = 0x1",
 *   "      [23:16] minor = 0x0",
 * ]);
 * ```
 */
export class RegisterView extends View {
  readonly #map: RegisterMap;
  readonly #values: RegisterReadings;
  readonly #title: string;

  /** Looks at registers. @param values What they held; without it the drawing is the data sheet's. */
  constructor(map: RegisterMap, values: RegisterReadings = {}, title = "Registers") {
    super();
    this.#map = map;
    this.#values = values;
    this.#title = title;
  }

  /** Draws them below each other: 32 bits in a row where there is room, else 16. */
  picture(width: number): Picture {
    const drawn = Math.min(width, 1000);
    const perRow = drawn >= WIDE ? 32 : 16;
    const cell = (drawn - 2 * MARGIN) / perRow;
    let y = MARGIN;
    const pieces: Markup[] = [];
    for (const [name, register] of this.#registers()) {
      const value = this.#valueOf(name);
      pieces.push(this.#head(name, register, value, y, drawn));
      y += TITLE;
      for (const row of rowsOf(register, Math.min(perRow, register.width), cell, value !== undefined)) {
        pieces.push(drawRow(row, value, y, cell));
        y += NUMBERS + row.height + ROW_GAP;
      }
      y += GAP - ROW_GAP;
    }
    const count = Object.keys(this.#map).length;
    return {
      width: drawn,
      height: y - GAP + MARGIN,
      title: this.#title,
      summary: `${count} ${count === 1 ? "register" : "registers"}: ${
        this.#registers().map(([name]) => name).join(", ")
      }`,
      body: markup`${pieces}`,
    };
  }

  /** Gives it as text. */
  protected lines(): readonly string[] {
    return this.#registers().flatMap(([name, register]) => {
      const value = this.#valueOf(name);
      const digits = register.width / 4;
      const held = value === undefined ? "" : `  ${hex(value, digits)}`;
      const spans = register.fields === undefined
        ? []
        : bitSpans(register).filter((span) => span.name !== undefined);
      const fields = spans.map((span) => {
        const bits = value === undefined ? "" : ` = ${valueText(value, span)}`;
        return `      ${rangeText(span)} ${visibleText(span.name ?? "")}${bits}`;
      });
      return [`${hex(register.at, 2)}  ${visibleText(name)}${held}  (${propertiesOf(register)})`, ...fields];
    });
  }

  #registers(): [string, RegisterDeclaration][] {
    return Object.entries(this.#map).sort(([, one], [, other]) => one.at - other.at);
  }

  #valueOf(name: string): number | bigint | undefined {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  #head(
    name: string,
    register: RegisterDeclaration,
    value: number | bigint | undefined,
    y: number,
    width: number,
  ): Markup {
    const held = value === undefined ? "" : hex(value, register.width / 4);
    const properties = `${hex(register.at, 2)} · ${propertiesOf(register)}`;
    const room = width - 2 * MARGIN - textWidth(held, 12, true) - 16;
    const shown = fitText(visibleText(name), room, 14, true);
    const x = MARGIN + textWidth(shown, 14, true) + 12;
    return group([
      label(MARGIN, y + 14, shown, { size: 14, mono: true, kind: "bold" }),
      x + 60 > MARGIN + room
        ? undefined
        : label(x, y + 14, properties, { size: 11, kind: "dim", width: MARGIN + room - x }),
      label(width - MARGIN, y + 14, held, { mono: true, kind: "bold", anchor: "end" }),
    ], name);
  }
}

/** Rows of a register, the most significant first, each as tall as its longest upright name. */
function rowsOf(register: RegisterDeclaration, perRow: number, cell: number, hasValue: boolean): Row[] {
  const parts = bitSpans(register).flatMap((span) => splitSpan(span, perRow));
  const rows = Map.groupBy(parts, ({ msb }) => Math.floor(msb / perRow));
  return Array.from(rows, ([index, spans]) => {
    const upright = spans.filter((span) => !fitsFlat(span, cell)).map(({ name = "" }) =>
      textWidth(visibleText(name), 10)
    );
    const height = Math.min(TALLEST, Math.max(LEAST, ...upright.map((length) => length + 12)));
    return { spans, first: (index + 1) * perRow - 1, height: height + (hasValue ? VALUE : 0) };
  });
}

function fitsFlat({ name = "", msb, lsb }: BitSpan, cell: number): boolean {
  return textWidth(visibleText(name), 11) <= (msb - lsb + 1) * cell - 6;
}

function drawRow(
  { spans, first, height }: Row,
  value: number | bigint | undefined,
  y: number,
  cell: number,
): Markup {
  const nameHeight = height - (value === undefined ? 0 : VALUE);
  const cells = spans.map((span) => {
    const { name, msb, lsb } = span;
    const x = MARGIN + (first - msb) * cell;
    const width = (msb - lsb + 1) * cell;
    const middle = x + width / 2;
    const kind = name === undefined ? "empty" : "a0";
    return group([
      box(x, y + NUMBERS, width, height, kind),
      bitNumbers(span, x, y + 10, cell),
      name === undefined
        ? undefined
        : nameLabel(span, middle, y + NUMBERS, { width, cell, height: nameHeight }),
      value === undefined ? undefined : valueLabel(value, span, middle, y + NUMBERS + height - 6, width),
    ], tipOf(span, value));
  });
  return markup`${cells}`;
}

function bitNumbers({ msb, lsb }: BitSpan, x: number, y: number, cell: number): Markup[] {
  const number = (bit: number, place: number) =>
    label(place, y, `${bit}`, { size: 10, kind: "dim", anchor: "middle" });
  const right = x + (msb - lsb + 0.5) * cell;
  return msb === lsb ? [number(msb, right)] : [number(msb, x + cell / 2), number(lsb, right)];
}

function nameLabel(
  span: BitSpan,
  middle: number,
  top: number,
  { width, cell, height }: { readonly width: number; readonly cell: number; readonly height: number },
): Markup {
  const name = span.name ?? "";
  if (fitsFlat(span, cell)) {
    return label(middle, top + height / 2 + 4, name, { size: 11, anchor: "middle", width: width - 4 });
  }
  const text = label(0, 3.5, name, { size: 10, width: height - 8, anchor: "middle" });
  return markup`<g transform="translate(${middle} ${top + height / 2}) rotate(-90)">${text}</g>`;
}

function valueLabel(
  value: number | bigint,
  span: BitSpan,
  middle: number,
  y: number,
  width: number,
): Markup | undefined {
  const bits = bitsOf(value, span);
  if (span.name === undefined && bits === 0n) return undefined;
  return label(middle, y, valueText(value, span), {
    size: 11,
    mono: true,
    kind: "bold",
    anchor: "middle",
    width: width - 2,
  });
}

function valueText(value: number | bigint, span: BitSpan): string {
  const bits = bitsOf(value, span);
  return span.msb === span.lsb ? `${bits}` : hex(bits);
}

function tipOf(span: BitSpan, value: number | bigint | undefined): Markup {
  const name = span.name ?? "no field";
  return linesOf([
    `${rangeText(span)} ${name}`,
    ...value === undefined ? [] : [`= ${valueText(value, span)}`],
  ]);
}

function rangeText({ msb, lsb }: BitSpan): string {
  return msb === lsb ? `[${msb}]` : `[${msb}:${lsb}]`;
}

function propertiesOf({ width, access = "rw" }: RegisterDeclaration): string {
  return `${width} bits, ${access}`;
}
