/** The bytes of a config space, each row in the colour of what it belongs to. */
import { configAreas, ConfigMap } from "../../views/mod.ts";
import { styled } from "../text.ts";
import type { Line, Style } from "../text.ts";

const COLOURS: readonly Style[] = ["bold", "cyan", "green", "yellow"];
const ROW = 16;
const OFFSET = /^0x([0-9a-f]+)/;

/** Writes bytes down, and what they belong to. */
export function hexLines(bytes: Uint8Array): Line[] {
  const areas = configAreas(bytes);
  return new ConfigMap({ bytes, areas }).toString().split("\n").map((text): Line => {
    const [, offset] = OFFSET.exec(text) ?? [];
    if (offset === undefined) return [text];
    const at = parseInt(offset, 16);
    const index = areas.findIndex((area) => area.at < at + ROW && area.at + area.size > at);
    const colour = index < 0 ? undefined : COLOURS[index % COLOURS.length];
    return [colour === undefined ? text : styled(colour, text)];
  });
}
