/** A whole config space as plain values. */
import { ByteMemory } from "../../core/byte_memory.ts";
import type { Memory } from "../../core/memory.ts";
import { registers } from "../../core/registers.ts";
import { decodeBars } from "../bars.ts";
import { BRIDGE_HEADER } from "../bridge_header.ts";
import { capabilities, extendedCapabilities } from "../capabilities.ts";
import type { ChainEnd } from "../capabilities.ts";
import { configMemory } from "../config_bytes.ts";
import type { ConfigSource } from "../config_bytes.ts";
import { CONFIG_HEADER } from "../header.ts";
import { decodeCapability, decodeExtendedCapability, withLink } from "./capability.ts";
import type { DecodedCapability, DecodedExtendedCapability } from "./capability.ts";
import { describeBar } from "./described_bar.ts";
import type { DescribedBar } from "./described_bar.ts";
import { hex64, readFields } from "./fields.ts";
import { decodeHeader } from "./header.ts";
import type { DecodedHeader } from "./header.ts";

/** What a config space says. */
export interface DecodedConfig {
  /** Bytes that were there to decode. */
  readonly size: number;
  /** Somebody answered: not all of the header reads as ones. */
  readonly answered: boolean;
  /** Its registers; empty when nobody answered. */
  readonly header: DecodedHeader;
  /** As {@linkcode decodeBars} gives them. */
  readonly bars: readonly DescribedBar[];
  /** Absent where nothing tells of one. */
  readonly expansionRom?: {
    readonly enabled: boolean;
    /** `0x` and 16 digits; zeros while nobody has placed it. */
    readonly address: string;
  };
  /** Those in the first 256 bytes, in the order of their list. */
  readonly capabilities: readonly DecodedCapability[];
  /** Those from 0x100 on, in the order of their list. */
  readonly extendedCapabilities: readonly DecodedExtendedCapability[];
  /** How the lists ended; all but "complete" means that something is missing. */
  readonly ends: { readonly capabilities: ChainEnd; readonly extendedCapabilities: ChainEnd };
}

const HEADER_SIZE = 0x40;
const CONVENTIONAL_SIZE = 0x100;
const EXPRESS_SIZE = 0x1000;

/**
 * Decodes a config space: its header, its BARs, all its capabilities.
 *
 * What comes back has values of JSON only, and is the same after `JSON.parse(JSON.stringify(...))`: numbers and booleans,
 * text for what has a name, and `0x` with 16 digits for all that has 64 bits. An encoding that specifications leave open is
 * `reserved 5`. Fields are registers and their fields, as the maps in this module declare them; where a field stands for a
 * size, a time or a speed it is in bytes, in what its name or its map says, or in GT/s.
 *
 * Guarantees: never throws for what a device or a file says, and takes no longer than the bytes take. What the space cuts
 * off is absent, not zero: the capability is marked `truncated`, and `ends` tells whether whole capabilities are missing. Of
 * a device it reads every byte once, in words, before it decodes.
 *
 * @param config Of a device: its memory; of a dump: 64, 256 or 4096 bytes, or as many as there are.
 * @throws What the memory throws.
 * @throws {TypeError} when it is neither bytes nor memory.
 */
export function decodeConfig(config: ConfigSource): DecodedConfig {
  const bytes = copyOf(configMemory(config));
  const memory = new ByteMemory(bytes);
  if (bytes.subarray(0, HEADER_SIZE).every((byte) => byte === 0xff)) return unanswered(bytes.length);
  const { vendorId = 0, deviceId = 0, headerType } = readFields(memory, CONFIG_HEADER, {}, 0, memory.size);
  const layout = headerType?.layout;
  const facts = { headerLayout: layout ?? 0, vendorId, deviceId };
  const conventional = new ByteMemory(bytes.subarray(0, CONVENTIONAL_SIZE));
  const standard = collect(capabilities(conventional), (each) => decodeCapability(conventional, each, facts));
  const linked = withLink(facts, standard.items);
  const extended = collect(
    extendedCapabilities(memory),
    (each) => decodeExtendedCapability(memory, each, linked),
  );
  return {
    size: memory.size,
    answered: true,
    header: decodeHeader(memory, layout),
    bars: decodeBars(memory).map(describeBar),
    ...romOf(memory, layout),
    capabilities: standard.items,
    extendedCapabilities: extended.items,
    ends: { capabilities: standard.end, extendedCapabilities: extended.end },
  };
}

/** Reads all there is, once: in words, as drivers read a config space. */
function copyOf(memory: Memory): Uint8Array {
  const bytes = new Uint8Array(Math.min(memory.size, EXPRESS_SIZE));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) view.setUint32(at, memory.read32(at), true);
  for (; at < bytes.length; at++) bytes[at] = memory.read8(at);
  return bytes;
}

function unanswered(size: number): DecodedConfig {
  return {
    size,
    answered: false,
    header: {},
    bars: [],
    capabilities: [],
    extendedCapabilities: [],
    ends: { capabilities: "no answer", extendedCapabilities: "no answer" },
  };
}

/** Walks a list to its end, which is what the walk returns. */
function collect<Place, Item>(
  walk: Generator<Place, ChainEnd, undefined>,
  decode: (place: Place) => Item,
): { readonly items: Item[]; readonly end: ChainEnd } {
  const items: Item[] = [];
  for (let step = walk.next();; step = walk.next()) {
    if (step.done) return { items, end: step.value };
    items.push(decode(step.value));
  }
}

const ROMS: readonly (number | undefined)[] = [CONFIG_HEADER.expansionRom.at, BRIDGE_HEADER.expansionRom.at];
const ROM_ADDRESS = 0xffff_f800;
const NOBODY = 0xffff_ffff;

/** A register of zeros may be a ROM without an address or none at all: as with a BAR, it tells nothing. */
function romOf(memory: Memory, layout: number | undefined): Pick<DecodedConfig, "expansionRom"> {
  const at = layout === undefined ? undefined : ROMS[layout];
  if (at === undefined || at + 4 > memory.size) return {};
  const { enable, raw } = registers(memory, { rom: { at, width: 32, fields: { enable: 0 } } }).rom.read();
  if (raw === 0 || raw === NOBODY) return {};
  return { expansionRom: { enabled: enable, address: hex64(BigInt((raw & ROM_ADDRESS) >>> 0)) } };
}
