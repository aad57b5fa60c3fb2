/** read, write and fill. */
import { UsageError } from "../errors.ts";
import { hex } from "../json.ts";
import type { Line } from "../text.ts";
import { allBits, digits, load, readPlace, store } from "./access.ts";
import { findPlace, offsetText } from "./place.ts";
import type { Ground, Place } from "./place.ts";
import { hintOnes, show } from "./session.ts";
import type { Session, Step } from "./session.ts";
import { nameWidth, valueLine, valueRecord } from "./shown.ts";
import { parsePlaceValue, parseValue } from "./value.ts";
import type { PlaceValue } from "./value.ts";

/** `read OFF...`: an access each. */
export function read(ground: Ground, words: readonly string[]): Step {
  if (words.length === 0) throw new UsageError("read takes offsets: read 0x8");
  const places = words.map((word) => findPlace(ground, word));
  return (session) => {
    const room = nameWidth(places);
    const values = places.map((place): readonly [Place, bigint] => {
      const value = readPlace(session.memory, place);
      show(session, "read", place, value, room);
      return [place, value];
    });
    hintOnes(session, values);
  };
}

/** `write OFF=VALUE...`: with a mask or a field a read comes first, unless its map says that it changes something. */
export function write(ground: Ground, words: readonly string[]): Step {
  if (words.length === 0) throw new UsageError("write takes OFF=VALUE, as 0x8=1, or OFF=VALUE:MASK");
  const values = words.map((word) => parsePlaceValue(ground, word));
  for (const { place } of values) checkWritable(place);
  return (session) => values.forEach((value) => writeOne(session, value));
}

function writeOne(session: Session, { place, value, mask }: PlaceValue): void {
  const { context, memory, region } = session;
  const isWhole = mask === allBits(place.width);
  // What is cleared by ones would be cleared by what it reads; what cannot be read has nothing to keep.
  const keeps = !isWhole && place.declaration?.access !== "wo" && place.declaration?.access !== "w1c";
  const old = keeps ? load(memory, place.offset, place.width) : 0n;
  const written = (old & ~mask) | value;
  store(memory, place.offset, place.width, written);
  context.stream(
    { action: "write", region, ...valueRecord(place, written) },
    () => [valueLine(place, written, 0, "<- ")],
  );
}

/** `fill OFF SIZE VALUE`: writes a value over and over. */
export function fill(ground: Ground, words: readonly string[]): Step {
  const [word, sizeText, valueText, ...rest] = words;
  if (word === undefined || sizeText === undefined || valueText === undefined || rest.length > 0) {
    throw new UsageError("fill takes an offset, a size in bytes and a value: fill 0x1000 256 0");
  }
  const place = findPlace(ground, word);
  checkWritable(place);
  const bytes = place.width / 8;
  const size = Number(parseValue(sizeText, "fill", BigInt(Math.max(0, ground.size - place.offset))));
  if (size === 0 || size % bytes !== 0) {
    throw new UsageError(`fill's size is a multiple of ${bytes}, not ${size}`);
  }
  const value = parseValue(valueText, "fill", allBits(place.width));
  return ({ context, memory, region }) => {
    for (let offset = place.offset; offset < place.offset + size; offset += bytes) {
      store(memory, offset, place.width, value);
    }
    const record = { action: "fill", region, offset: offsetText(place), size, width: place.width };
    context.stream({ ...record, value: digits(value, place.width) }, (): Line[] => [[
      `${offsetText(place)} to 0x${hex(place.offset + size - 1, 6)}  ${digits(value, place.width)}`,
    ]]);
  };
}

function checkWritable({ name, declaration }: Place): void {
  if (declaration?.access === "ro") throw new UsageError(`${name} cannot be written: its map says read-only`);
}
