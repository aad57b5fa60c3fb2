/** BARs in a few words: what they are, how big, what is in them. */
import type { DeviceResource } from "../../mod.ts";
import type { DecodedConfig } from "../../pci/mod.ts";
import { formatSize } from "../../views/mod.ts";
import { hex } from "../json.ts";
import type { Line } from "../text.ts";
import type { Detail } from "./lines.ts";

/** A BAR as the config space or the machine tells of it. */
interface BarFacts extends Omit<DeviceResource, "size"> {
  /** undefined: only a machine that has the device knows. */
  readonly size?: number;
}

const KINDS = { io: "io", memory32: "mem32", memory64: "mem64" } as const;
const ROM = 6;
const INDENT = "  ";
const GAP = "   ";

/**
 * Writes BARs down: side by side, or with `detail.fields` one below the other with their places.
 *
 * @param resources What the machine gave the device; undefined: no machine has it.
 */
export function barLines(
  config: DecodedConfig,
  resources: readonly DeviceResource[] | undefined,
  { fields, columns }: Detail,
): Line[] {
  const bars = resources ?? barsIn(config);
  if (fields) return bars.map((bar): Line => [INDENT, `${barText(bar, config)}${placeText(bar)}`]);
  const words = bars.map((bar) => `${barText(bar, config)}${bar.size === undefined ? placeText(bar) : ""}`);
  return sideBySide(words, columns - INDENT.length).map((text): Line => [INDENT, text]);
}

/** Writes a size as lspci does: "128K", "32". */
export function shortSize(bytes: number): string {
  return formatSize(BigInt(bytes)).replace(/ (?:([A-Z])i)?B$/, "$1");
}

function barsIn({ bars }: DecodedConfig): BarFacts[] {
  return bars.map((bar) => ({ ...bar, address: BigInt(bar.address) }));
}

function barText({ index, kind, size }: BarFacts, config: DecodedConfig): string {
  const name = index === ROM ? "ROM" : `BAR${index}`;
  const content = index === tableBar(config) ? " (MSI-X table)" : "";
  return `${name} ${KINDS[kind]}${size === undefined ? "" : ` ${shortSize(size)}`}${content}`;
}

function placeText({ address, prefetchable }: BarFacts): string {
  const place = address === 0n ? "without address" : `at 0x${hex(address)}`;
  return ` ${place}${prefetchable ? " prefetchable" : ""}`;
}

function tableBar({ capabilities }: DecodedConfig): number | undefined {
  const msix = capabilities.find((each) => each.kind === "msix");
  return msix?.kind === "msix" ? msix.fields.table?.bar : undefined;
}

function sideBySide(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + GAP.length + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last}${GAP}${word}`;
  }
  return lines;
}
