/** Config spaces whose lists are in order and long, and whose capabilities hold anything. */
import { CAPABILITY } from "../../../pci/capability_ids_data.ts";
import { CXL_VENDOR_ID } from "../../../pci/decode/cxl_data.ts";
import { CXL_LENGTHS, EXTENDED_IDS, next, STANDARD_IDS } from "./made.ts";
import type { Chance } from "./made.ts";

const FIRST_AT = 0x40;
const EXTENDED_AT = 0x100;
const STANDARD_ROOM = 0x40;
const EXTENDED_ROOM = 0x400;
const VIRTIO = 0x1af4;
/** Vendors: virtio's, AMD, Intel, NVIDIA, Xilinx, edu's. */
const VENDORS: readonly number[] = [VIRTIO, 0x1022, 0x8086, 0x10de, 0x10ee, 0x1234];
/** Where a header of each layout has the pointer to its first capability. */
const POINTERS: readonly number[] = [0x34, 0x34, 0x14];

/** A space in which walks reach every capability. */
export function linked(numbers: Chance): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  fill(bytes, 0, EXTENDED_AT, numbers);
  header(view, numbers);
  const standard = places(FIRST_AT, EXTENDED_AT, STANDARD_ROOM, numbers);
  const [first = 0] = standard;
  bytes[POINTERS[(bytes[0x0e] ?? 0) & 3] ?? 0x34] = first;
  standard.forEach((at, index) => {
    bytes[at] = index === 0 && next(numbers) % 2 === 0 ? CAPABILITY.pciExpress : pick(STANDARD_IDS, numbers);
    bytes[at + 1] = standard[index + 1] ?? 0;
    if (next(numbers) % 4 !== 0) type(bytes, at, numbers);
  });
  const extended = [EXTENDED_AT, ...places(EXTENDED_AT + 0x10, 4096, EXTENDED_ROOM, numbers)];
  extended.forEach((at, index) => {
    const end = extended[index + 1] ?? Math.min(at + EXTENDED_ROOM, 4096);
    fill(bytes, at, end, numbers);
    const version = next(numbers) % 4 + 1;
    view.setUint32(
      at,
      (((extended[index + 1] ?? 0) << 20) | (version << 16) | pick(EXTENDED_IDS, numbers)) >>> 0,
      true,
    );
    if (next(numbers) % 4 === 0 && end - at >= 12) consortium(view, at, numbers);
  });
  return bytes;
}

function header(view: DataView, numbers: Chance): void {
  const vendor = pick(VENDORS, numbers);
  view.setUint16(0x00, vendor, true);
  if (vendor === VIRTIO) view.setUint16(0x02, 0x1000 | (next(numbers) & 0x7f), true);
  view.setUint8(0x06, view.getUint8(0x06) | 0x10);
  // Devices are what there is most of.
  const layout = [0, 0, 0, 0, 1, 1, 2, 3][next(numbers) % 8] ?? 0;
  view.setUint8(0x0e, (view.getUint8(0x0e) & 0x80) | layout);
  if (layout !== 1 || next(numbers) % 2 === 0) return;
  // The window of prefetchable memory has 64 bits.
  for (const at of [0x24, 0x26]) view.setUint8(at, (view.getUint8(at) & 0xf0) | 1);
}

/** Gives what has layouts of its own one of them. */
function type(bytes: Uint8Array, at: number, numbers: Chance): void {
  const value = next(numbers);
  switch (bytes[at]) {
    case CAPABILITY.hyperTransport:
      bytes[at + 3] = value & 0xff;
      break;
    case CAPABILITY.vendorSpecific:
      bytes.set([0x10 + (value & 4), (value >>> 8) % 10], at + 2);
  }
}

/** Heads a designated vendor-specific capability of the Compute Express Link consortium. */
function consortium(view: DataView, at: number, numbers: Chance): void {
  const id = pick([...CXL_LENGTHS.keys(), 1], numbers);
  view.setUint16(at, 0x23, true);
  view.setUint32(
    at + 4,
    (((CXL_LENGTHS.get(id) ?? 0x10) << 20) | ((next(numbers) % 4) << 16) | CXL_VENDOR_ID) >>> 0,
    true,
  );
  view.setUint16(at + 8, id, true);
}

/** Places for capabilities, in their order and with room between them. */
function places(from: number, to: number, room: number, numbers: Chance): number[] {
  const all: number[] = [];
  for (let at = from; at + 8 <= to; at += 4 + (next(numbers) % (room / 4)) * 4) all.push(at);
  return all;
}

/** Bytes of one kind: any, few that are set, few that are not, small numbers. */
function fill(bytes: Uint8Array, from: number, to: number, numbers: Chance): void {
  const kind = next(numbers) % 4;
  for (let at = from; at < to; at++) {
    const value = next(numbers);
    const rare = (value >>> 8) % 8 === 0;
    bytes[at] = [value, rare ? value : 0, rare ? value : 0xff, value & 7][kind] ?? 0;
  }
}

function pick<T>(values: readonly T[], numbers: Chance): T {
  return values[next(numbers) % values.length] as T;
}
