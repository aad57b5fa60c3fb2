/** BarShadow: the BARs as a user sees them, who may size and move them without any effect. */
import { barMask, barType } from "../../../devices/bar.ts";
import { CONFIG_HEADER } from "../../../pci/header.ts";
import type { PciSlot } from "../pci_slot.ts";

const BAR0 = CONFIG_HEADER.bar0.at;
const ROM = CONFIG_HEADER.expansionRom.at;
const LOW = 0xffff_ffffn;

/** Whether an offset in the header is a BAR's, the ROM's among them. */
export function isBar(offset: number): boolean {
  return (offset >= BAR0 && offset < BAR0 + 24) || (offset >= ROM && offset < ROM + 4);
}

/** @see Linux, drivers/vfio/pci/vfio_pci_config.c, `vfio_bar_fixup` */
export class BarShadow {
  readonly #slot: PciSlot;
  readonly #shadow: DataView;

  /** Works on `shadow`. */
  constructor(slot: PciSlot, shadow: DataView) {
    this.#slot = slot;
    this.#shadow = shadow;
  }

  /** Makes what was written look like hardware: address bits below the size are 0, type bits what they are. */
  normalise(): void {
    const { bars, rom } = this.#slot.function.model.config;
    for (let i = 0; i < 6; i++) {
      const bar = bars.get(i);
      if (bar === undefined) {
        this.#set(BAR0 + 4 * i, 0);
        continue;
      }
      const mask = barMask(bar);
      this.#set(BAR0 + 4 * i, (this.#get(BAR0 + 4 * i) & Number(mask & LOW)) | barType(bar));
      if (bar.kind !== "memory64") continue;
      i++;
      this.#set(BAR0 + 4 * i, this.#get(BAR0 + 4 * i) & Number(mask >> 32n));
    }
    this.#set(ROM, rom === undefined ? 0 : this.#get(ROM) & (~(rom.size - 1) | 1));
  }

  #get(at: number): number {
    return this.#shadow.getUint32(at, true);
  }

  #set(at: number, value: number): void {
    this.#shadow.setUint32(at, value >>> 0, true);
  }
}
