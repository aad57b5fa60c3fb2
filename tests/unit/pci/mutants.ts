/** Config spaces changed at random: so that lists stay whole, or anywhere. */
import { decodeConfig } from "../../../pci/decode/config.ts";
import { linked } from "./linked.ts";
import {
  CXL_LENGTHS,
  EXTENDED_IDS,
  next,
  STANDARD_IDS,
  withCxl,
  withExtended,
  withStandard,
} from "./made.ts";
import type { Chance } from "./made.ts";
import { chance } from "./spaces.ts";

const EXTENDED_AT = 0x100;

/**
 * Changes what capabilities hold, and nothing that links them: ids, pointers, and the lengths that vendors' state.
 *
 * @param share One in so many bytes is changed.
 */
export function changeBodies(bytes: Uint8Array, numbers: Chance, share: number): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(bytes);
  const { capabilities, extendedCapabilities } = decodeConfig(bytes);
  for (const { at, length, kind } of [...capabilities, ...extendedCapabilities]) {
    const first = at < EXTENDED_AT
      ? 2
      : kind === "designatedVendorSpecific"
      ? 10
      : kind === "vendorSpecific"
      ? 8
      : 4;
    for (let i = at + first; i < at + length && i < changed.length; i++) {
      if (next(numbers) % share === 0) changed[i] = next(numbers);
    }
  }
  return changed;
}

/** Changes a space anywhere, mostly a little, and sometimes cuts it off: lists may break, and walks must not. */
export function changeAnywhere(bytes: Uint8Array, numbers: Chance): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(bytes);
  for (let left = next(numbers) % 16; left > 0; left--) {
    const at = next(numbers) % changed.length;
    // Where lists and headers are, changes tell most.
    const place = next(numbers) % 2 === 0 ? at : at % EXTENDED_AT;
    changed[place] =
      [next(numbers), 0, 0xff, (changed[place] ?? 0) ^ (1 << next(numbers) % 8)][next(numbers) % 4] ?? 0;
  }
  return next(numbers) % 8 === 0 ? changed.slice(0, next(numbers) % (changed.length + 1)) : changed;
}

/** Cuts a space off in the first bytes of a capability, where its decoder looks for what it goes by; or before all. */
export function cutOff(bytes: Uint8Array<ArrayBuffer>, numbers: Chance): Uint8Array<ArrayBuffer> {
  const { capabilities, extendedCapabilities } = decodeConfig(bytes);
  const all = [...capabilities, ...extendedCapabilities];
  const at = next(numbers) % 4 === 0 ? 0 : all[next(numbers) % (all.length + 1)]?.at ?? 0;
  return bytes.slice(0, at + next(numbers) % 0x40);
}

/**
 * Spaces of every kind: as many as are asked for.
 *
 * Most have lists that lead through all of them, so that decoders see what they hold; some are changed anywhere or cut off.
 *
 * @param seed Equal seeds give equal spaces.
 */
export function* mutants(count: number, seed: number): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  const numbers = chance(seed);
  const cxl = [...CXL_LENGTHS.keys()];
  const of = (ids: readonly number[]) => ids[next(numbers) % ids.length] ?? 0;
  for (let i = 0; i < count; i++) {
    switch (next(numbers) % 8) {
      case 0:
        yield changeAnywhere(linked(numbers), numbers);
        break;
      case 1:
        yield changeAnywhere(withStandard(of(STANDARD_IDS), numbers), numbers);
        break;
      case 2:
        yield changeAnywhere(withExtended(of(EXTENDED_IDS), numbers), numbers);
        break;
      case 3:
        yield changeBodies(withCxl(of(cxl), numbers), numbers, 3);
        break;
      case 4:
        yield cutOff(linked(numbers), numbers);
        break;
      case 5:
        // Nobody answers, or hardly anybody.
        yield next(numbers) % 16 === 0 ? new Uint8Array(4096).fill(0xff) : linked(numbers);
        break;
      default:
        yield linked(numbers);
    }
  }
}
