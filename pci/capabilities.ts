/**
 * Capability lists, walked safely: a device links them, and may link them wrongly.
 *
 * A walk ends where the list does, and also at a pointer that leads out of the space, into the header, to where it has
 * been, or to bytes that nobody answered for. So it gives each capability once, and only such as are there.
 */
import { registers } from "../core/registers.ts";
import { configMemory } from "./config_bytes.ts";
import type { ConfigSource } from "./config_bytes.ts";
import { CONFIG_HEADER } from "./header.ts";

/** A capability in the first 256 bytes. */
export interface Capability {
  /** What it is: one of {@linkcode CAPABILITY}, or a newer one. */
  readonly id: number;
  /** Where it begins, in bytes from the start of the config space. */
  readonly at: number;
}

/** A capability from 0x100 on. */
export interface ExtendedCapability extends Capability {
  /** What it is: one of {@linkcode EXTENDED_CAPABILITY}, or a newer one. */
  readonly id: number;
  /** Version of its layout, 0 to 15. */
  readonly version: number;
}

/**
 * How a walk ended: the list did; its last pointer leads to where the walk has been, out of the space, or out of where
 * capabilities are; nobody answered for the bytes there.
 */
export type ChainEnd = "complete" | "loop" | "cut off" | "astray" | "no answer";

const HEADER_SIZE = 0x40;
const EXTENDED = 0x100;
/** Where the pointer to the first capability stands, by the header's layout: a device's, a bridge's, a CardBus bridge's. */
const POINTERS: readonly number[] = [0x34, 0x34, 0x14];
/** What tells whether there are capabilities, and where. */
const START = { status: CONFIG_HEADER.status, headerType: CONFIG_HEADER.headerType } as const;
const NOBODY = 0xff;
const NOBODY_32 = 0xffff_ffff;

/**
 * Walks the capabilities in the first 256 bytes.
 *
 * Each costs one read of 16 bits. What is changed meanwhile does no harm.
 *
 * @returns How the walk ended, to those who ask the generator itself.
 * @throws What the memory throws.
 * @see PCI Local Bus Specification 3.0, section 6.7; Linux, drivers/pci/pci.c, __pci_find_next_cap()
 */
export function* capabilities(config: ConfigSource): Generator<Capability, ChainEnd, undefined> {
  const memory = configMemory(config);
  if (memory.size < HEADER_SIZE) return "cut off";
  const header = registers(memory, START);
  const pointer = POINTERS[header.headerType.read().layout];
  if (pointer === undefined || !header.status.read().capabilitiesList) return "complete";
  const visited = new Set<number>();
  let at = memory.read8(pointer) & ~3;
  while (at !== 0) {
    if (at < HEADER_SIZE) return "astray";
    if (at + 4 > memory.size) return "cut off";
    if (visited.has(at)) return "loop";
    visited.add(at);
    const head = memory.read16(at);
    const id = head & 0xff;
    if (id === NOBODY) return "no answer";
    yield { id, at };
    at = (head >>> 8) & ~3;
  }
  return "complete";
}

/**
 * Walks the capabilities from 0x100 on. A config space of 256 bytes has none.
 *
 * Each costs one read of 32 bits.
 *
 * @returns How the walk ended, to those who ask the generator itself.
 * @throws What the memory throws.
 * @see PCI Express Base Specification 4.0, section 7.6; Linux, drivers/pci/pci.c, pci_find_next_ext_capability()
 */
export function* extendedCapabilities(
  config: ConfigSource,
): Generator<ExtendedCapability, ChainEnd, undefined> {
  const memory = configMemory(config);
  if (memory.size < EXTENDED + 4) return "complete";
  // Some bridges show the first 256 bytes again: then the vendor and device ids stand there.
  if (memory.read32(EXTENDED) === memory.read32(0)) return "complete";
  const visited = new Set<number>();
  let at = EXTENDED;
  while (at !== 0) {
    if (at < EXTENDED) return "astray";
    if (at + 4 > memory.size) return "cut off";
    if (visited.has(at)) return "loop";
    visited.add(at);
    const head = memory.read32(at);
    if (head === 0) return at === EXTENDED ? "complete" : "astray";
    if (head === NOBODY_32) return at === EXTENDED ? "complete" : "no answer";
    yield { id: head & 0xffff, at, version: (head >>> 16) & 0xf };
    at = (head >>> 20) & 0xffc;
  }
  return "complete";
}

/**
 * Finds the first capability of a kind in the first 256 bytes.
 *
 * @param id One of {@linkcode CAPABILITY}.
 * @returns Where it begins; undefined when there is none.
 * @throws What the memory throws.
 */
export function findCapability(config: ConfigSource, id: number): number | undefined {
  return capabilities(config).find((capability) => capability.id === id)?.at;
}

/**
 * Finds the first capability of a kind from 0x100 on.
 *
 * @param id One of {@linkcode EXTENDED_CAPABILITY}.
 * @returns Where it begins; undefined when there is none.
 * @throws What the memory throws.
 */
export function findExtendedCapability(config: ConfigSource, id: number): number | undefined {
  return extendedCapabilities(config).find((capability) => capability.id === id)?.at;
}
