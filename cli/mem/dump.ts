/** dump: what stands in a region, in words and as text, or register by register. */
import { UsageError } from "../errors.ts";
import { hex } from "../json.ts";
import { dim } from "../text.ts";
import type { Line } from "../text.ts";
import { load } from "./access.ts";
import { findPlace, isOffset, readablePlaces } from "./place.ts";
import type { Ground, Place } from "./place.ts";
import { hintOnes, show } from "./session.ts";
import type { Session, Step } from "./session.ts";
import { nameWidth } from "./shown.ts";
import { parseValue } from "./value.ts";

const ROW = 16;
const DEFAULT_SIZE = 256;

/** `dump [OFF [SIZE]]`: bytes from an offset on; with a map and no offset each register that can be read. */
export function dump(ground: Ground, words: readonly string[]): Step {
  const [word, sizeText, ...rest] = words;
  if (rest.length > 0) throw new UsageError("dump takes an offset and a size in bytes: dump 0x0 256");
  if (word === undefined && ground.map !== undefined) {
    const places = readablePlaces(ground);
    return (session) => dumpRegisters(session, places);
  }
  const start = word ?? "0";
  // What begins at an offset are bytes, whichever register is there.
  const place = findPlace(isOffset(start) ? { ...ground, map: undefined } : ground, start);
  const room = Math.max(0, ground.size - place.offset);
  const size = sizeText === undefined
    ? Math.min(DEFAULT_SIZE, room)
    : Number(parseValue(sizeText, "dump", BigInt(room)));
  const bytes = place.width / 8;
  if (size === 0 || size % bytes !== 0) {
    throw new UsageError(`dump's size is a multiple of ${bytes}, not ${size}`);
  }
  return (session) => dumpBytes(session, place, size);
}

function dumpRegisters(session: Session, places: readonly Place[]): void {
  const room = nameWidth(places);
  hintOnes(
    session,
    places.map((place): readonly [Place, bigint] => {
      const value = load(session.memory, place.offset, place.width);
      show(session, "dump", place, value, room);
      return [place, value];
    }),
  );
}

function dumpBytes({ context, memory, region }: Session, { offset, width }: Place, size: number): void {
  const bytes = width / 8;
  let last: string | undefined;
  let isRepeated = false;
  for (let at = offset; at < offset + size; at += ROW) {
    const count = Math.min(ROW, offset + size - at) / bytes;
    const words = Array.from({ length: count }, (_, i) => load(memory, at + i * bytes, width));
    const texts = words.map((value) => hex(value, bytes * 2));
    const row = texts.join(" ");
    const isLast = at + ROW >= offset + size;
    context.stream(
      { action: "dump", region, offset: `0x${hex(at, 6)}`, width, values: texts.map((text) => `0x${text}`) },
      () => {
        if (row === last && !isLast) {
          // As hexdump does: rows that are all the same are one star.
          const lines: Line[] = isRepeated ? [] : [["*"]];
          isRepeated = true;
          return lines;
        }
        isRepeated = false;
        const gap = " ".repeat((ROW / bytes) * (bytes * 2 + 1) - row.length);
        return [[`0x${hex(at, 6)}  ${row}${gap} `, dim(asText(words, bytes))]];
      },
    );
    last = row;
  }
}

/** Characters in the order of addresses; what is none that everybody has, is a dot. */
function asText(words: readonly bigint[], bytes: number): string {
  return words.map((word) =>
    Array.from({ length: bytes }, (_, i) => Number((word >> BigInt(8 * i)) & 0xffn))
      .map((byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".").join("")
  ).join("");
}
