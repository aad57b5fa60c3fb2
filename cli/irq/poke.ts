/** Register writes that make a device do something: `0:0x60=1`. */
import type { PciDevice, RegionName } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import { store } from "../mem/access.ts";
import { BIGGEST, regionOf } from "../mem/region.ts";
import { parsePlaceValue } from "../mem/value.ts";
import type { PlaceValue } from "../mem/value.ts";

/** A write of 32 bits. */
export interface Poke {
  readonly region: RegionName;
  readonly write: PlaceValue;
  /** As it was written. */
  readonly text: string;
}

const POKE = /^([0-5]):([^:]+)$/;

/** Reads writes with commas between them. @throws {UsageError} for what is none. */
export function parsePokes(text: string | undefined): Poke[] {
  return (text?.split(",") ?? []).map((word) => {
    const [, bar, rest] = POKE.exec(word) ?? [];
    if (bar === undefined || rest === undefined) {
      throw new UsageError(`'${word}' is no write: BAR:OFF=VALUE, as 0:0x60=1`);
    }
    const region = `bar${bar}` as RegionName;
    return {
      region,
      write: parsePlaceValue({ region, size: BIGGEST, map: undefined, width: undefined }, rest),
      text: word,
    };
  });
}

/** Makes the writes, in their order. @throws {UsageError} for one outside of its region; as {@linkcode regionOf} throws. */
export function pokeAll(device: PciDevice, pokes: readonly Poke[]): void {
  for (const { region, write: { place, value }, text } of pokes) {
    const memory = regionOf(device, region);
    if (place.offset + 4 > memory.size) throw new UsageError(`'${text}' is outside of ${region}`);
    store(memory, place.offset, place.width, value);
  }
}
