/** DmaMap: an address space as a bar, from 4 KiB to 2^64. */
import type { IommuFault } from "../core/host.ts";
import { dmaRows, lastAddress } from "./dma_rows.ts";
import type { DmaKind, DmaRow } from "./dma_rows.ts";
import { explainFault } from "./fault_text.ts";
import type { DmaLayout } from "./fault_text.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { box, group, label, line, lines as linesOf } from "./svg.ts";
import type { Picture } from "./svg.ts";
import { textWidth } from "./text_width.ts";
import { formatSize, hex } from "./units.ts";
import { View } from "./view.ts";

/** An address space, and the last access that the IOMMU blocked in it. */
export interface DmaMapData extends DmaLayout {
  /** The last blocked access; undefined: none. */
  readonly fault?: IommuFault | undefined;
}

const KINDS: Readonly<Record<DmaKind, string>> = {
  mapping: "ready-tint",
  reserved: "in-use-tint",
  gap: "empty",
  outside: "panel",
};

const MARGIN = 16;
const BAR = 44;
const LEAST_HEIGHT = 22;
/** A range with a fault in it has room for both its name and the fault. */
const HIT_HEIGHT = 48;
const PAGE_BITS = 12;
/** Each factor of two beyond a page makes a range taller by this. */
const STEP = 0.7;

/**
 * An address space for DMA: its mappings, its reserved ranges and what is free, from the lowest address down, and where the
 * last blocked access went.
 *
 * Heights go by the logarithm of sizes, so that a page can be seen beside 256 TiB.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DmaMap } from "@vfio/vfio/views";
 *
 * const map = new DmaMap({
 *   mappings: [{ start: 0x1000n, last: 0x1fffffn, name: "ring" }],
 *   ranges: [{ start: 0n, last: 0xffff_ffffn }],
 *   fault: { address: "0000:00:04.0", iova: 0x5000000n, write: true, reason: "" },
 * }); // map.svg() draws it
 * assertEquals(map.toString().split("\n"), [
 *   "0x00000000  4 KiB     free",
 *   "0x00001000  2 MiB     ring (rw)",
 *   "0x00200000  4 GiB     free  ← 0x5000000: 0000:00:04.0 wanted to write",
 *   "not mapped; nearest mapping ends 78 MiB below",
 * ]);
 * ```
 */
export class DmaMap extends View {
  readonly #data: DmaMapData;
  readonly #rows: readonly DmaRow[];

  /** Looks at an address space. */
  constructor(data: DmaMapData) {
    super();
    this.#data = data;
    this.#rows = dmaRows(data, lastAddress(data, data.fault === undefined ? [] : [data.fault.iova]));
  }

  /** Draws it. */
  picture(width: number): Picture {
    const digits = this.#digits();
    const addresses = textWidth(hex(0, digits), 11, true) + 10;
    const drawn = Math.min(width, 560);
    let y = MARGIN + 6;
    const pieces: Markup[] = [];
    for (const row of this.#rows) {
      const height = Math.max(heightOf(row), this.#isHit(row) ? HIT_HEIGHT : 0);
      pieces.push(this.#row(row, y, height, { digits, addresses, width: drawn }));
      y += height;
    }
    pieces.push(
      label(MARGIN, y + 4, hex(this.#rows.at(-1)?.last ?? 0n, digits), { mono: true, size: 11, kind: "dim" }),
    );
    const text = this.#faultText();
    if (text !== undefined) {
      y += 16;
      pieces.push(
        box(MARGIN, y, drawn - 2 * MARGIN, 42, "blocked-tint", 6),
        label(MARGIN + 10, y + 17, this.#faultName(), {
          size: 11,
          kind: "blocked bold",
          width: drawn - 2 * MARGIN - 20,
        }),
        label(MARGIN + 10, y + 33, text, { size: 11, kind: "blocked", width: drawn - 2 * MARGIN - 20 }),
      );
      y += 42;
    }
    const mapped = this.#data.mappings.length;
    return {
      width: drawn,
      height: y + MARGIN,
      title: "DMA address space",
      summary: `${mapped} ${mapped === 1 ? "mapping" : "mappings"}${
        text === undefined ? "" : `; ${this.#faultName()}: ${text}`
      }`,
      body: markup`${pieces}`,
    };
  }

  /** Gives it as text. */
  protected lines(): readonly string[] {
    const rows = this.#rows.map((row) => {
      const mark = this.#isHit(row) ? `  ← ${this.#faultName()}` : "";
      return `${hex(row.start, this.#digits())}  ${sizeText(row).padEnd(8)}  ${row.name}${mark}`;
    });
    const text = this.#faultText();
    return text === undefined ? rows : [...rows, text];
  }

  #row(
    row: DmaRow,
    y: number,
    height: number,
    { digits, addresses, width }: {
      readonly digits: number;
      readonly addresses: number;
      readonly width: number;
    },
  ): Markup {
    const x = MARGIN + addresses;
    const right = x + BAR + 12;
    const size = sizeText(row);
    const sizeWidth = textWidth(size, 11);
    const isQuiet = row.kind === "gap" || row.kind === "outside";
    const { fault } = this.#data;
    const hit = fault === undefined || !this.#isHit(row) ? undefined : y + faultAt(row, fault.iova) * height;
    // The name goes where the fault is not.
    const middle = hit === undefined
      ? y + height / 2
      : hit > y + height / 2
      ? y + height / 4
      : y + height * 3 / 4;
    return group([
      box(x, y, BAR, height, KINDS[row.kind]),
      line(x - 4, y, x, y, "rule"),
      label(MARGIN, y + 4, hex(row.start, digits), { mono: true, size: 11, kind: "dim" }),
      label(right, middle + 4, row.name, {
        kind: isQuiet ? "dim" : "bold",
        size: isQuiet ? 11 : 12,
        width: width - MARGIN - right - sizeWidth - 10,
      }),
      label(width - MARGIN, middle + 4, size, { size: 11, kind: "dim", anchor: "end" }),
      hit === undefined || fault === undefined ? undefined : faultMark(x, hit, hex(fault.iova), width),
    ], linesOf([`${row.name}, ${size}`, `${hex(row.start)} to ${hex(row.last)}`]));
  }

  #isHit(row: DmaRow): boolean {
    return this.#data.fault !== undefined && holds(row, this.#data.fault.iova);
  }

  #digits(): number {
    return Math.max(8, (this.#rows.at(-1)?.last ?? 0n).toString(16).length);
  }

  #faultText(): string | undefined {
    const { fault } = this.#data;
    return fault === undefined ? undefined : explainFault(fault, this.#data);
  }

  #faultName(): string {
    const { fault } = this.#data;
    if (fault === undefined) return "";
    return `${hex(fault.iova)}: ${fault.address} wanted to ${fault.write ? "write" : "read"}`;
  }
}

function faultMark(x: number, y: number, address: string, width: number): Markup {
  const end = x + BAR + 8;
  return group([
    line(x - 4, y, end, y, "mark thick"),
    markup`<path d="M${end - 4} ${y - 4}L${end + 4} ${y + 4}M${end - 4} ${y + 4}L${end + 4} ${
      y - 4
    }" class="mark thick"/>`,
    label(end + 10, y + 4, address, {
      mono: true,
      size: 11,
      kind: "blocked bold",
      width: width - MARGIN - end - 10,
    }),
  ], `blocked: ${address}`);
}

/** Where in its row an address stands, 0 to 1, and not at its very ends. */
function faultAt({ start, last }: DmaRow, iova: bigint): number {
  const share = Math.log2(Number(iova - start) + 1) / Math.log2(Number(last - start) + 2);
  return Math.min(0.75, Math.max(0.25, share));
}

function heightOf(row: DmaRow): number {
  const bits = Math.log2(Number(row.last - row.start + 1n));
  return LEAST_HEIGHT + Math.max(0, bits - PAGE_BITS) * STEP;
}

function sizeText({ start, last }: DmaRow): string {
  return formatSize(last - start + 1n);
}

function holds({ start, last }: DmaRow, iova: bigint): boolean {
  return start <= iova && iova <= last;
}
