/**
 * The config space header of a virtual function: most of it is the physical function's business, and reads as nothing.
 *
 * @see PCI Express Base Specification 4.0, section 9.3.4.1
 */
import type { Width } from "../../devices/device_model.ts";
import { CONFIG_HEADER } from "../../pci/header.ts";

const COMMAND = CONFIG_HEADER.command.at;
/** Of Command it has bus mastering only. Underneath, memory is decoded always: the physical function decides. */
const MASTER = 0x04;
const MEMORY = 0x02;

/** What the header's bytes read as, where it is not what is underneath. */
const FIXED: ReadonlyMap<number, number> = new Map([
  ...bytes(0x00, 4, 0xff),
  ...bytes(COMMAND + 1, 1, 0),
  ...bytes(0x10, 24, 0),
  ...bytes(0x30, 4, 0),
  ...bytes(0x3c, 2, 0),
]);

function bytes(at: number, count: number, value: number): [number, number][] {
  return Array.from({ length: count }, (_, i) => [at + i, value]);
}

/** Tells what the host reads. @param value What is underneath. */
export function readVirtualHeader(offset: number, width: Width, value: number): number {
  return eachByte(offset, width, value, (at, byte) => at === COMMAND ? byte & MASTER : FIXED.get(at) ?? byte);
}

/** Tells what to write underneath. @param value What the host writes. */
export function writeVirtualHeader(offset: number, width: Width, value: number): number {
  return eachByte(offset, width, value, (at, byte) => at === COMMAND ? byte | MEMORY : byte);
}

function eachByte(
  offset: number,
  width: Width,
  value: number,
  change: (at: number, byte: number) => number,
): number {
  let result = 0;
  for (let i = 0; i < width / 8; i++) result |= change(offset + i, (value >>> (8 * i)) & 0xff) << (8 * i);
  return result >>> 0;
}
