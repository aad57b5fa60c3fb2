/** GroupsView: which devices can be opened, and what is in the way of the others. */
import type { DeviceEntry, ReservedRegion } from "../core/host.ts";
import { className } from "../pci/class_codes.ts";
import { lookOf } from "./group_looks.ts";
import { isBridge, summariseGroups } from "./group_states.ts";
import type { GroupsData, GroupSummary } from "./group_states.ts";
import { at, box, group, label, line, lines as linesOf } from "./svg.ts";
import type { Picture } from "./svg.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import { textWidth } from "./text_width.ts";
import { hex } from "./units.ts";
import { View } from "./view.ts";

const MARGIN = 16;
const GAP = 12;
const PADDING = 12;
const HEAD = 34;
const ROW = 38;
const NOTE = 17;
/** Cards are at least that wide: an address, a name and a driver side by side. */
const CARD = 330;

/**
 * The IOMMU groups of a machine: each a card with its devices and drivers, coloured by what can be done with it, and with
 * a word on what blocks it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { groupsOf, GroupsView } from "@vfio/vfio/views";
 *
 * const host = new EmulatedHost()
 *   .plug("0000:00:04.0", new EmulatedEdu(), { group: 2 })
 *   .plug("0000:00:05.0", new EmulatedEdu(), { group: 2, driver: "nvme" });
 * const view = new GroupsView(groupsOf(host.host)); // view.svg() draws it
 * assertEquals(view.toString().split("\n").slice(0, 3), [
 *   "Group 2  ✗ blocked  DMA-FQ, reserved: msi 0xfee00000-0xfeefffff",
 *   "├─ 0000:00:04.0  Unclassified device  vfio-pci",
 *   "└─ 0000:00:05.0  Unclassified device  nvme  ← blocks the group",
 * ]);
 * ```
 */
export class GroupsView extends View {
  readonly #data: GroupsData;
  readonly #groups: readonly GroupSummary[];

  /** Looks at groups. @param data As {@linkcode groupsOf} gives it. */
  constructor(data: GroupsData) {
    super();
    this.#data = data;
    this.#groups = summariseGroups(data);
  }

  /** Draws cards in as many columns as there is room for. */
  picture(width: number): Picture {
    const columns = Math.max(
      1,
      Math.min(this.#groups.length, Math.floor((width - 2 * MARGIN + GAP) / (CARD + GAP)), 3),
    );
    const cardWidth = Math.min((width - 2 * MARGIN - (columns - 1) * GAP) / columns, 520);
    const heights = Array<number>(columns).fill(MARGIN);
    const cards = this.#groups.map((summary) => {
      const column = heights.indexOf(Math.min(...heights));
      const y = heights[column] ?? 0;
      const notes = this.#notes(summary);
      heights[column] = y + cardHeight(summary, notes) + GAP;
      return at(MARGIN + column * (cardWidth + GAP), y, this.#card(summary, notes, cardWidth));
    });
    if (cards.length === 0) {
      cards.push(label(MARGIN, MARGIN + 16, "No devices", { kind: "dim" }));
      heights[0] = MARGIN + 24 + GAP;
    }
    return {
      width: 2 * MARGIN + columns * cardWidth + (columns - 1) * GAP,
      height: Math.max(...heights) - GAP + MARGIN,
      title: "IOMMU groups",
      summary: this.#groups.map((summary) => `${nameOf(summary)} is ${wordsOf(summary)}`).join("; ") ||
        "no devices",
      body: markup`${cards}`,
    };
  }

  /** Gives it as text. */
  protected lines(): readonly string[] {
    return this.#groups.flatMap((summary) => {
      const { sign, word } = lookOf(summary.state);
      const head = [nameOf(summary), `${sign} ${word}`, ...this.#notes(summary)].join("  ");
      const rows = summary.devices.map((device, index) => {
        const branch = index === summary.devices.length - 1 ? "└─" : "├─";
        const note = noteOn(device, summary);
        const parts = [
          device.address,
          this.#nameOf(device),
          driverOf(device),
          ...note === undefined ? [] : [`← ${note}`],
        ];
        return `${branch} ${parts.join("  ")}`;
      });
      return [head, ...rows];
    });
  }

  #card(summary: GroupSummary, notes: readonly string[], width: number): Markup {
    const { sign, word, kind } = lookOf(summary.state);
    const pill = `${sign} ${word}`;
    const pillWidth = textWidth(pill, 11) + 16;
    const height = cardHeight(summary, notes);
    const rows = summary.devices.map((device, index) =>
      at(0, HEAD + index * ROW, this.#row(device, summary, width))
    );
    const below = HEAD + summary.devices.length * ROW;
    const room = width - 2 * PADDING;
    return group([
      box(0.5, 0.5, width - 1, height - 1, "panel", 8),
      box(PADDING, 8, pillWidth, 20, `${kind}-tint`, 10),
      label(PADDING + 8, 22, pill, { size: 11, kind: `${kind} bold` }),
      label(width - PADDING, 22, nameOf(summary), {
        size: 12,
        kind: "bold",
        anchor: "end",
        width: room - pillWidth - 8,
      }),
      rows,
      notes.map((note, index) =>
        group(label(PADDING, below + 13 + index * NOTE, note, { size: 11, kind: "dim", width: room }), note)
      ),
    ]);
  }

  #row(device: DeviceEntry, summary: GroupSummary, width: number): Markup {
    const note = noteOn(device, summary);
    const isBlocker = summary.state === "blocked" && summary.blockers.includes(device);
    const name = this.#nameOf(device);
    const driver = driverOf(device);
    const room = width - 2 * PADDING;
    const address = textWidth(device.address, 12, true);
    const tip = linesOf([
      `${device.address} [${hex(device.vendor, 4).slice(2)}:${hex(device.device, 4).slice(2)}]`,
      name,
      `driver: ${driver}${isBlocker ? ", which does DMA for the kernel" : ""}`,
    ]);
    return group(
      [
        line(PADDING, 0, width - PADDING, 0, "rule"),
        label(PADDING, 16, device.address, { mono: true, kind: "bold", width: room }),
        label(width - PADDING, 16, driver, {
          anchor: "end",
          kind: isBlocker ? "blocked bold" : device.driver === undefined ? "dim" : "ink",
          width: room - address - 12,
        }),
        label(PADDING, 31, name, {
          size: 11,
          kind: "dim",
          width: note === undefined ? room : room - textWidth(note, 11) - 8,
        }),
        note === undefined ? undefined : label(width - PADDING, 31, note, {
          size: 11,
          anchor: "end",
          kind: isBlocker ? "blocked" : "dim",
          width: room,
        }),
      ],
      tip,
    );
  }

  #nameOf(device: DeviceEntry): string {
    return this.#data.names?.get(device.address) ?? className(device.classCode & 0xff_ffff) ??
      "Unknown device";
  }

  #notes({ id }: GroupSummary): string[] {
    if (id === undefined) return [];
    const holder = this.#data.holders?.get(id);
    const type = this.#data.types?.get(id);
    const reserved = this.#data.reserved?.get(id) ?? [];
    const windows = reserved.map(windowOf);
    // A line has room for one.
    const [first, ...others] = windows.length > 1 ? ["reserved:", ...windows] : windows.map(reservedText);
    const facts = [type, first].filter((fact) => fact !== undefined);
    return [
      ...holder === undefined ? [] : [`open in ${holder}`],
      ...facts.length === 0 ? [] : [facts.join(", ")],
      ...others,
    ];
  }
}

function cardHeight({ devices }: GroupSummary, notes: readonly string[]): number {
  return HEAD + devices.length * ROW + notes.length * NOTE + 4;
}

function nameOf({ id }: GroupSummary): string {
  return id === undefined ? "Without a group" : `Group ${id}`;
}

function wordsOf({ state, blockers }: GroupSummary): string {
  const { word } = lookOf(state);
  return state === "blocked" ? `${word} by ${blockers.map(({ address }) => address).join(" and ")}` : word;
}

function driverOf({ driver }: DeviceEntry): string {
  return driver ?? "no driver";
}

function noteOn(device: DeviceEntry, { state, blockers }: GroupSummary): string | undefined {
  if (state === "blocked" && blockers.includes(device)) return "blocks the group";
  return isBridge(device) ? "bridge, does not count" : undefined;
}

function reservedText(window: string): string {
  return `reserved: ${window}`;
}

function windowOf({ type, start, last }: ReservedRegion): string {
  return `${type} ${hex(start)}-${hex(last)}`;
}
