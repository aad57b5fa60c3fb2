/** What cases look for in config space. */
import type { Device } from "../../core/device.ts";
import type { Region } from "../../core/region.ts";
import type { Fixture } from "./fixture.ts";

/** Offsets in the header. @see PCI Local Bus Specification 3.0, section 6.1 */
export const HEADER = {
  vendor: 0x00,
  command: 0x04,
  status: 0x06,
  bar0: 0x10,
  subsystem: 0x2c,
  rom: 0x30,
  capabilities: 0x34,
  interruptLine: 0x3c,
  interruptPin: 0x3d,
} as const;

/** Bits of Command. */
export const COMMAND = { io: 1, memory: 2, busMaster: 4, intxDisable: 0x400 } as const;

/** Ids of standard capabilities. */
export const CAPABILITY = { pm: 0x01, msi: 0x05, express: 0x10, msix: 0x11 } as const;

/** The region of the config space. */
export const CONFIG = 7;

/** The device's config space, as its user sees it. */
export function configOf(device: Device): Region {
  return device.region(CONFIG);
}

/** Finds a capability's offset. */
export function capability(device: Device, id: number): number {
  const config = configOf(device);
  let at = config.read8(HEADER.capabilities);
  for (let steps = 0; at !== 0 && steps < 48; steps++) {
    if (config.read8(at) === id) return at;
    at = config.read8(at + 1);
  }
  throw new Error(`The device ${device.name} has no capability 0x${id.toString(16)}`);
}

/** Reads the hardware's own config space, which the user's view may differ from. */
export function hardware(machine: Fixture, address: string, offset: number, bytes: 1 | 2 | 4): number {
  const buffer = new Uint8Array(bytes);
  const read = machine.backend.host.readConfig(address, offset, buffer);
  if (read !== bytes) throw new Error(`The config space of ${address} gave ${read} bytes at ${offset}`);
  return buffer.reduceRight((value, byte) => value * 256 + byte, 0);
}

/** Bytes, little-endian, as a number. */
export function little(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

/** Reads with one call of any size and alignment. */
export function readBytes(region: Region, offset: number, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count);
  const read = region.read(offset, bytes);
  return bytes.subarray(0, read);
}

/** Writes with one call of any size and alignment. */
export function writeBytes(region: Region, offset: number, ...bytes: number[]): number {
  return region.write(offset, Uint8Array.from(bytes));
}
