/** Regions: what an open device's regions are, and how accesses to them are split. */
import type { ErrorCode } from "../../../core/errors.ts";
import type { RegionCapability, RegionInfo } from "../../../core/region.ts";
import type { Width } from "../../../devices/device_model.ts";
import { CAPABILITY } from "../../../pci/capability_ids_data.ts";
import type { PciSlot } from "../pci_slot.ts";
import { PAGE } from "../physical_memory.ts";
import { romImageSize } from "./rom.ts";

/** Region indexes of vfio-pci. @see Linux, include/uapi/linux/vfio.h */
export const REGION = { bar5: 5, rom: 6, config: 7, vga: 8, count: 9 } as const;
const INDEX_SHIFT = 2 ** 40;
const VGA_SIZE = 0xc_0000;
/** VGA's legacy ranges: memory, and the ports that a card decodes. */
const VGA_RANGES = [[0xa_0000, 0xc_0000], [0x3b0, 0x3bc], [0x3c0, 0x3e0]] as const;

/** A range of a region that is not the device's: reads give all ones, writes are dropped. */
export interface Excluded {
  readonly start: number;
  readonly end: number;
}

/** Where an access to a region goes. */
export interface Window {
  /** Bytes that can be reached from the start of the region. */
  readonly end: number;
  readonly excluded: Excluded;
  /** Accesses fail while memory decoding is off. */
  readonly needsMemory: boolean;
}

/** @see Linux, drivers/vfio/pci/vfio_pci_core.c, vfio_pci_rdwr.c */
export class Regions {
  readonly #slot: PciSlot;
  readonly #msix: { readonly bar: number; readonly start: number; readonly end: number } | undefined;

  /** Looks at the device's BARs. */
  constructor(slot: PciSlot) {
    this.#slot = slot;
    const at = slot.function.model.config.find(CAPABILITY.msix);
    if (at === undefined) return;
    const place = slot.readConfig(at + 4, 32);
    const vectors = (slot.readConfig(at + 2, 16) & 0x7ff) + 1;
    this.#msix = { bar: place & 7, start: place & ~7, end: (place & ~7) + 16 * vectors };
  }

  /** Bytes of a region; 0 when it is absent. */
  size(index: number): number {
    const { config } = this.#slot.function.model;
    if (index <= REGION.bar5) return config.bars.get(index)?.size ?? 0;
    if (index === REGION.rom) return config.rom?.size ?? 0;
    if (index === REGION.config) return config.size;
    return index === REGION.vga && this.#isVga() ? VGA_SIZE : 0;
  }

  /** Answers GET_REGION_INFO; undefined for an index the device does not have. */
  info(index: number): RegionInfo | undefined {
    if (index >= REGION.count || (index === REGION.vga && !this.#isVga())) return undefined;
    const size = index === REGION.rom && this.#romImage(true) === 0 ? 0 : this.size(index);
    const mappable = this.mappable(index);
    const capabilities: RegionCapability[] = mappable && this.#msix?.bar === index
      ? [{ id: "msix-mappable", version: 1 }]
      : [];
    const there = size > 0;
    const writable = there && index !== REGION.rom;
    return { index, size, offset: index * INDEX_SHIFT, readable: there, writable, mappable, capabilities };
  }

  /** Whether a region may be mapped: memory BARs, also small ones, for they have a page of their own. */
  mappable(index: number): boolean {
    const bar = this.#slot.function.model.config.bars.get(index);
    return bar !== undefined && bar.kind !== "io";
  }

  /** Bytes that a mapping may cover: whole pages. */
  mappableSize(index: number): number {
    return Math.ceil(this.size(index) / PAGE) * PAGE;
  }

  /** Tells where an access to a BAR, the ROM or VGA goes, or the errno that it gets. */
  window(index: number, offset: number): Window | ErrorCode {
    if (index === REGION.vga) return this.#vgaWindow(offset);
    const end = this.size(index);
    if (end === 0 || offset >= end) return "EINVAL";
    if (index === REGION.rom) {
      const image = this.#romImage(false);
      return image === 0 ? "ENOMEM" : { end, excluded: { start: image, end }, needsMemory: true };
    }
    const table = this.#msix?.bar === index ? this.#msix : undefined;
    const excluded = table ?? { start: 0, end: 0 };
    return { end, excluded, needsMemory: this.mappable(index) };
  }

  /** Whether a range of a BAR touches the MSI-X table. */
  touchesTable(index: number, offset: number, bytes: number): boolean {
    const table = this.#msix;
    return table?.bar === index && offset < table.end && offset + bytes > table.start;
  }

  /** Reads one access of a BAR or the ROM. */
  read(index: number, offset: number, width: Width): number {
    if (index !== REGION.rom) return this.#slot.readBar(index, offset, width);
    let value = 0;
    for (let i = 0; i < width / 8; i++) value += this.#romByte(offset + i) * 2 ** (8 * i);
    return value;
  }

  #isVga(): boolean {
    return this.#slot.readConfig(0x0a, 16) === 0x0300;
  }

  #vgaWindow(offset: number): Window | ErrorCode {
    const range = this.#isVga()
      ? VGA_RANGES.find(([start, end]) => offset >= start && offset < end)
      : undefined;
    if (range === undefined) return "EINVAL";
    return { end: range[1], excluded: { start: 0, end: 0 }, needsMemory: false };
  }

  /** @param decoding Memory decoding is switched on for it, as the kernel does when it is asked about the region. */
  #romImage(decoding: boolean): number {
    const { rom } = this.#slot.function.model.config;
    if (rom === undefined) return 0;
    return romImageSize(rom.size, (offset) => decoding ? rom.image[offset] ?? 0xff : this.#romByte(offset));
  }

  /** The kernel enables the ROM for as long as it reads it; memory decoding it leaves as it is. */
  #romByte(offset: number): number {
    const { rom } = this.#slot.function.model.config;
    const answers = this.#slot.answers && this.#slot.function.decodes(REGION.rom);
    return answers ? rom?.image[offset] ?? 0xff : 0xff;
  }
}
