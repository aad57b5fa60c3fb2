/** DumpedDevice: a device with the config space of any card, as `lspci -xxxx` printed it. */
import { decodeBars } from "../../pci/bars.ts";
import type { Bar } from "../../pci/bars.ts";
import { capabilities, extendedCapabilities } from "../../pci/capabilities.ts";
import { CAPABILITY } from "../../pci/capability_ids_data.ts";
import type { ConfigDump } from "../../pci/dump.ts";
import { CONFIG_HEADER } from "../../pci/header.ts";
import type { BarDeclaration } from "../bar.ts";
import { ConfigSpace } from "../config_space.ts";
import { PassiveDevice } from "./passive_device.ts";
import { hardwareMasks } from "./dump_masks.ts";

/** What a dump does not tell. */
export interface DumpedOptions {
  /** Sizes of BARs in bytes, by index. @default what the address allows, 64 KiB at most, but room for MSI-X's tables */
  readonly sizes?: Readonly<Record<number, number>>;
}

const HEADER = 0x40;
const EXTENDED = 0x100;
const ROM = CONFIG_HEADER.expansionRom.at;
const LARGEST_MEMORY = 0x1_0000;
const LARGEST_PORTS = 0x100;
/** Tables that a dump claims to be farther from the start of their BAR get no room. */
const FARTHEST = 0x10_0000;
const PAGE = 4096;
const SMALLEST_ROM = 2048;

/**
 * A card out of its dump: its ids, BARs and capabilities, where they were. It does nothing; its BARs are memory.
 *
 * It stands as it comes out of reset: not decoding, interrupts disabled, awake. What no capability claims is memory.
 *
 * @example Plug every device of a dump in
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DumpedDevice } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { parseDump } from "@vfio/vfio/pci";
 *
 * const text = `00:04.0 Unclassified device [00ff]: Device 1234:11e8 (rev 10)
 * 00: 34 12 e8 11 03 01 10 00 10 00 ff 00 00 00 00 00
 * 10: 00 00 a0 fe 00 00 00 00 00 00 00 00 00 00 00 00
 * 20: 00 00 00 00 00 00 00 00 00 00 00 00 f4 1a 00 11
 * 30: 00 00 00 00 00 00 00 00 00 00 00 00 0b 01 00 00
 * `;
 * const host = new EmulatedHost();
 * for (const dump of parseDump(text)) host.plug(dump.address, new DumpedDevice(dump));
 * assertEquals(host.host.find("0000:00:04.0")?.device, 0x11e8);
 * ```
 */
export class DumpedDevice extends PassiveDevice {
  /**
   * Makes one to plug in.
   *
   * @throws {TypeError} for a CardBus bridge, or a layout of the header that nobody knows.
   * @throws {RangeError} for a size that no BAR has.
   */
  constructor(dump: ConfigDump, options: DumpedOptions = {}) {
    super(configOf(dump, options.sizes ?? {}));
  }
}

function configOf({ address, bytes }: ConfigDump, sizes: Readonly<Record<number, number>>): ConfigSpace {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layout = view.getUint8(0x0e) & 0x7f;
  if (layout !== 0 && layout !== 1) {
    throw new TypeError(`Cannot make a device of ${address}: its header has layout ${layout}, not 0 or 1`);
  }
  const pin = view.getUint8(0x3d);
  const config = new ConfigSpace({
    vendor: view.getUint16(0x00, true),
    device: view.getUint16(0x02, true),
    classCode: view.getUint32(0x08, true) >>> 8,
    revision: view.getUint8(0x08),
    interruptPin: pin <= 4 ? pin as 0 | 1 | 2 | 3 | 4 : 0,
    headerType: layout,
    gaps: "memory",
    ...layout === 0
      ? { subsystemVendor: view.getUint16(0x2c, true), subsystemDevice: view.getUint16(0x2e, true) }
      : {},
  });
  for (const bar of decodeBars(bytes)) config.bar(bar.index, declarationOf(bar, bytes, sizes[bar.index]));
  const rom = layout === 0 ? view.getUint32(ROM, true) & ~(SMALLEST_ROM - 1) : 0;
  if (rom !== 0) {
    const size = Math.min(lowestBit(BigInt(rom >>> 0)), LARGEST_MEMORY);
    config.expansionRom({ size, image: new Uint8Array() });
  }
  addCapabilities(config, bytes);
  return config;
}

function declarationOf(
  { kind, prefetchable, address, index }: Bar,
  bytes: Uint8Array,
  size: number | undefined,
): BarDeclaration {
  const most = kind === "io" ? LARGEST_PORTS : LARGEST_MEMORY;
  const least = kind === "io" ? 4 : Math.max(16, roomForMsix(bytes, index));
  const guess = Math.max(least, address === 0n ? PAGE : Math.min(lowestBit(address), most));
  return { kind, size: size ?? guess, prefetchable };
}

/** The smallest size of a BAR that the MSI-X table and its pending bits fit in, as far as they lie there. */
function roomForMsix(bytes: Uint8Array, index: number): number {
  let end = 1;
  for (const { id, at } of capabilities(bytes)) {
    if (id !== CAPABILITY.msix || at + 12 > bytes.length) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, 12);
    const vectors = (view.getUint16(2, true) & 0x7ff) + 1;
    for (
      const [place, size] of [[view.getUint32(4, true), 16 * vectors], [
        view.getUint32(8, true),
        Math.ceil(vectors / 64) * 8,
      ]] as const
    ) {
      const last = (place & ~7) + size;
      if ((place & 7) === index && place < FARTHEST) end = Math.max(end, last);
    }
  }
  return 2 ** Math.ceil(Math.log2(end));
}

/** Each capability takes what lies behind it, up to the next one. */
function addCapabilities(config: ConfigSpace, bytes: Uint8Array): void {
  const standard = [...capabilities(bytes)];
  const extended = [...extendedCapabilities(bytes)];
  const first = Math.min(EXTENDED, bytes.length);
  for (const { id, at } of standard) {
    const end = next(standard, at, first);
    const content = bytes.slice(at, end);
    config.capability({ id, at, ...hardwareMasks(id, content) });
  }
  if (config.size > EXTENDED) {
    for (const { id, at, version } of extended) {
      config.extendedCapability({
        id,
        at,
        version,
        body: bytes.slice(at + 4, next(extended, at, bytes.length)),
      });
    }
  }
  const claimed = Math.min(first, ...standard.map(({ at }) => at));
  for (let at = HEADER; at < claimed; at++) config.set(at, 8, bytes[at] ?? 0);
}

function next(all: readonly { readonly at: number }[], at: number, end: number): number {
  return all.reduce((least, other) => other.at > at && other.at < least ? other.at : least, end);
}

function lowestBit(address: bigint): number {
  return Number(address & -address);
}
