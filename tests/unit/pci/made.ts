/** Config spaces with one capability, of which each kind can be asked for, that holds anything. */
import { CAPABILITY, EXTENDED_CAPABILITY } from "../../../pci/capability_ids_data.ts";
import { CXL_VENDOR_ID } from "../../../pci/decode/cxl_data.ts";

/** Where numbers of 32 bits come from: chance() of spaces.ts. */
export type Chance = Generator<number, unknown, undefined>;

const EXPRESS_AT = 0x40;
const STANDARD_AT = 0x80;
const EXTENDED_AT = 0x100;
/** Ids of capabilities, and one that nobody has given out. */
export const STANDARD_IDS: readonly number[] = [...Object.values(CAPABILITY), 0x7f];
/** Ids of capabilities from 0x100 on, and one that nobody has given out. */
export const EXTENDED_IDS: readonly number[] = [...Object.values(EXTENDED_CAPABILITY), 0x7fff];

/** A device with one capability besides PCI Express, whose bytes are random behind its head. */
export function withStandard(id: number, numbers: Chance): Uint8Array<ArrayBuffer> {
  const bytes = device(numbers);
  bytes[EXPRESS_AT + 1] = STANDARD_AT;
  bytes[STANDARD_AT] = id;
  fill(bytes, STANDARD_AT + 2, EXTENDED_AT, numbers);
  return bytes;
}

/** A device with one capability from 0x100 on, whose bytes are random behind its head. */
export function withExtended(id: number, numbers: Chance): Uint8Array<ArrayBuffer> {
  const bytes = device(numbers);
  new DataView(bytes.buffer).setUint32(EXTENDED_AT, ((next(numbers) & 7) << 16) | id, true);
  fill(bytes, EXTENDED_AT + 4, EXTENDED_AT + 0x200, numbers);
  return bytes;
}

/** The kinds of capabilities of Compute Express Link: their ids, and how long they are. */
export const CXL_LENGTHS: ReadonlyMap<number, number> = new Map([
  [0, 0x3c],
  [2, 0x2c],
  [3, 0x28],
  [4, 0x10],
  [5, 0x10],
  [7, 0x20],
  [8, 0x24],
  [9, 0x10],
]);

/** A device with one capability of Compute Express Link, whose bytes are random behind its head. */
export function withCxl(id: number, numbers: Chance): Uint8Array<ArrayBuffer> {
  const bytes = withExtended(EXTENDED_CAPABILITY.designatedVendorSpecific, numbers);
  const length = CXL_LENGTHS.get(id) ?? 0x10;
  const view = new DataView(bytes.buffer);
  view.setUint32(EXTENDED_AT + 4, (length << 20) | ((next(numbers) % 3) << 16) | CXL_VENDOR_ID, true);
  view.setUint16(EXTENDED_AT + 8, id, true);
  return bytes;
}

/** A PCI Express function of a random type, with nothing else. */
function device(numbers: Chance): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4096);
  fill(bytes, EXPRESS_AT + 2, EXPRESS_AT + 0x3c, numbers);
  bytes.set([0xf4, 0x1a, 0x41, 0x10], 0);
  bytes[0x06] = 0x10;
  bytes[0x34] = EXPRESS_AT;
  bytes[EXPRESS_AT] = CAPABILITY.pciExpress;
  bytes[EXPRESS_AT + 1] = 0;
  return bytes;
}

/** The next number. */
export function next(numbers: Chance): number {
  return numbers.next().value as number;
}

function fill(bytes: Uint8Array, from: number, to: number, numbers: Chance): void {
  for (let at = from; at < to; at++) bytes[at] = next(numbers);
}
