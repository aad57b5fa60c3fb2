/** ConfigMap: a config space byte by byte, coloured by what the bytes are. */
import { configAreas } from "./config_areas.ts";
import type { ConfigArea, HiddenBytes } from "./config_areas.ts";
import { rowsOf } from "./config_runs.ts";
import type { PlacedRegister, Row, Run } from "./config_runs.ts";
import { visibleText } from "./foreign_text.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { bitsOf, bitSpans } from "./register_layout.ts";
import { box, group, label, lines as linesOf } from "./svg.ts";
import type { Picture } from "./svg.ts";
import { hex } from "./units.ts";
import { View } from "./view.ts";

/** A config space to look at. */
export interface ConfigMapData {
  /** Its bytes, from 0 on; what lies above 4096 is not shown. */
  readonly bytes: Uint8Array;
  /** What its parts are. @default {@linkcode configAreas} finds the header and the capabilities */
  readonly areas?: readonly ConfigArea[];
  /** Bytes that were taken out: as {@linkcode redactConfig} gives them. @default none */
  readonly hidden?: readonly HiddenBytes[];
  /** Whose it is. @default "Config space" */
  readonly title?: string;
}

const MARGIN = 16;
const OFFSETS = 34;
const CELL = 20;
/** Two digits stand in the middle of their cell. */
const BYTE = 3.4;
const ROW_HEIGHT = 20;
const COLOURS = 7;
const LEGEND_ROW = 18;
const LEGEND_WIDTH = 340;
const GRID = MARGIN + OFFSETS + 16 * CELL;
const MOST = 4096;

/**
 * A config space as a map of bytes: the header and each capability in a colour of their own, each register with its name and
 * value where the pointer rests on it. Rows that hold nothing are left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { ConfigMap } from "@vfio/vfio/views";
 *
 * const { host } = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu());
 * const bytes = new Uint8Array(256);
 * host.readConfig("0000:00:04.0", 0, bytes);
 * const view = new ConfigMap({ bytes }); // view.svg() draws it
 * assertEquals(view.toString().split("\n").slice(4), [
 *   "0x040  05 00 80 00 00 00 00 00 00 00 00 00 00 00 00 00  MSI",
 *   "0x050  to 0x0ff: all 00",
 * ]);
 * ```
 */
export class ConfigMap extends View {
  readonly #bytes: Uint8Array;
  readonly #areas: readonly ConfigArea[];
  readonly #hidden: readonly HiddenBytes[];
  readonly #rows: readonly Row[];
  readonly #title: string;

  /** Looks at a config space; what it looks at is copied. */
  constructor(data: ConfigMapData) {
    super();
    this.#bytes = data.bytes.slice(0, MOST);
    this.#hidden = data.hidden ?? [];
    this.#areas = data.areas ?? configAreas(this.#bytes);
    this.#rows = rowsOf(this.#bytes, this.#areas, this.#hidden);
    this.#title = data.title ?? "Config space";
  }

  /** Draws the map, and what its colours mean beside it or below. */
  picture(width: number): Picture {
    const isWide = width >= GRID + LEGEND_WIDTH;
    const top = MARGIN + 14;
    const rows = this.#rows.map((row, index) => this.#row(row, top + index * ROW_HEIGHT));
    const bottom = top + rows.length * ROW_HEIGHT;
    const legend = isWide
      ? { x: GRID + 20, y: top, width: LEGEND_WIDTH - 20 }
      : { x: MARGIN, y: bottom + 12, width: GRID - MARGIN };
    const legendEnd = legend.y + this.#areas.length * LEGEND_ROW;
    const heads = Array.from(
      { length: 16 },
      (_, index) =>
        label(MARGIN + OFFSETS + (index + 0.5) * CELL, MARGIN + 7, index.toString(16), {
          size: 10,
          mono: true,
          kind: "dim",
          anchor: "middle",
        }),
    );
    return {
      width: isWide ? GRID + LEGEND_WIDTH : GRID + MARGIN,
      height: Math.max(bottom, legendEnd) + MARGIN,
      title: this.#title,
      summary: `${this.#bytes.length} bytes: ${
        this.#areas.map(({ name, at }) => `${name} at ${hex(at, 2)}`).join(", ")
      }`,
      body: markup`${heads}${rows}${this.#areas.map((area, index) => legendRow(area, index, legend))}`,
    };
  }

  /** Gives it as text. */
  protected lines(): readonly string[] {
    return this.#rows.map((row) => {
      if ("value" in row) return `${hex(row.at, 3)}  to ${hex(row.last, 3)}: all ${byteText(row.value)}`;
      const bytes = row.runs.flatMap((run) => this.#texts(run));
      const end = row.at + bytes.length;
      const names = this.#areas.filter(({ at }) => at >= row.at && at < end).map(({ name }) => name);
      return `${hex(row.at, 3)}  ${bytes.join(" ").padEnd(47)}  ${names.join(", ")}`;
    });
  }

  #row(row: Row, y: number): Markup {
    const offset = label(MARGIN, y + 14, row.at.toString(16).padStart(3, "0"), {
      size: 11,
      mono: true,
      kind: "dim",
    });
    if ("value" in row) {
      const text = `to ${row.last.toString(16).padStart(3, "0")}: all ${byteText(row.value)}`;
      return group([offset, label(MARGIN + OFFSETS + 4, y + 14, text, { size: 11, kind: "dim" })]);
    }
    return group([offset, row.runs.map((run) => this.#run(run, y))]);
  }

  #run(run: Run, y: number): Markup {
    const x = (at: number) => MARGIN + OFFSETS + (at % 16) * CELL;
    const kind = run.area === undefined ? undefined : colourOf(this.#areas.indexOf(run.area));
    // One text a run, so that bytes are selected and copied as they are read.
    const bytes = this.#texts(run).map((text, index) =>
      markup`<tspan x="${x(run.at) + index * CELL + BYTE}">${text}</tspan> `
    );
    return group([
      kind === undefined
        ? undefined
        : box(x(run.at) + 0.5, y + 0.5, run.size * CELL - 1, ROW_HEIGHT - 1, `${kind} cell`, 2),
      markup`<text y="${y + 14}" class="t11 mono${run.area === undefined ? " dim" : ""}">${bytes}</text>`,
    ], this.#tip(run));
  }

  #texts({ at, size, hidden }: Run): string[] {
    return Array.from({ length: size }, (_, index) => hidden ? "··" : byteText(this.#bytes[at + index] ?? 0));
  }

  #tip({ at, area, register, hidden }: Run): Markup | undefined {
    if (area === undefined) return undefined;
    const texts = [`${area.name}, ${hex(area.at, 2)}`];
    if (hidden) {
      texts.push(
        this.#hidden.find((range) => at >= range.at && at < range.at + range.size)?.name ?? "",
        "taken out",
      );
    } else if (register !== undefined) texts.push(...this.#registerTip(register));
    return linesOf(texts);
  }

  #registerTip({ name, at, declaration }: PlacedRegister): string[] {
    const { width } = declaration;
    let value = 0n;
    for (let index = width / 8 - 1; index >= 0; index--) {
      value = (value << 8n) | BigInt(this.#bytes[at + index] ?? 0);
    }
    const fields = declaration.fields === undefined
      ? []
      : bitSpans(declaration).flatMap((span) =>
        span.name === undefined ? [] : [`${visibleText(span.name)} ${hex(bitsOf(value, span))}`]
      );
    return [`${visibleText(name)} at ${hex(at, 2)}, ${width} bits: ${hex(value, width / 4)}`, ...fields];
  }
}

/** The class of an area's colour; the header has one of its own. @param index Of the area, from 0. */
export function colourOf(index: number): string {
  return index === 0 ? "a0" : `a${1 + (index - 1) % COLOURS}`;
}

interface LegendPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function legendRow({ name, at, size }: ConfigArea, index: number, place: LegendPlace): Markup {
  const [x, y] = [place.x, place.y + index * LEGEND_ROW];
  return group([
    box(x + 0.5, y + 2.5, 12, 12, colourOf(index), 2),
    label(x + 20, y + 13, at.toString(16).padStart(3, "0"), { size: 11, mono: true, kind: "dim" }),
    label(x + 52, y + 13, name, { size: 11, width: place.width - 52 }),
  ], linesOf([name, `${hex(at, 2)} to ${hex(at + size - 1, 2)}`]));
}

function byteText(value: number): string {
  return value.toString(16).padStart(2, "0");
}
