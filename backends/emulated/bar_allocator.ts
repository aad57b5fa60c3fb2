/** BarAllocator: firmware's part, which gives every BAR its address. */
import type { ConfigSpace } from "../../devices/config_space.ts";
import { PAGE } from "./physical_memory.ts";

/** 32-bit BARs stand below the MSI window, 64-bit ones above all RAM, I/O ports where PCI has them. */
const MEMORY32 = 0x8000_0000;
const MEMORY64 = 2 ** 45;
const PORTS = 0xc000;

/** Hands out physical addresses, each aligned to its BAR's size and at least to a page, so that it can be mapped. */
export class BarAllocator {
  readonly #next = { memory32: MEMORY32, memory64: MEMORY64, io: PORTS };

  /** Assigns the BARs of a device, and its ROM at index 6. */
  assign(config: ConfigSpace): ReadonlyMap<number, number> {
    const bars = new Map<number, number>();
    for (const [index, { kind, size }] of config.bars) bars.set(index, this.#take(kind, size));
    if (config.rom !== undefined) bars.set(6, this.#take("memory32", config.rom.size));
    return bars;
  }

  #take(kind: "memory32" | "memory64" | "io", size: number): number {
    const alignment = kind === "io" ? size : Math.max(size, PAGE);
    const address = Math.ceil(this.#next[kind] / alignment) * alignment;
    this.#next[kind] = address + alignment;
    return address;
  }
}
