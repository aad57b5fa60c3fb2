/** SavedState: what the kernel keeps of a device's config space across a reset. */
import type { PciSlot } from "../pci_slot.ts";

const HEADER = 0x40;
/** Offsets of 16-bit control registers that are restored, by capability: PCI Express and PCI-X. */
const CONTROLS: Readonly<Record<number, readonly number[]>> = {
  0x10: [0x08, 0x10, 0x18, 0x28, 0x30],
  0x07: [0x02],
};

/** @see Linux, drivers/pci/pci.c, `pci_save_state` and `pci_restore_state` */
export class SavedState {
  readonly #slot: PciSlot;
  readonly #header: readonly number[];
  readonly #controls: readonly (readonly [at: number, value: number])[];

  /** Saves. */
  constructor(slot: PciSlot) {
    this.#slot = slot;
    this.#header = Array.from({ length: HEADER / 4 }, (_, i) => slot.readConfig(4 * i, 32));
    const { config } = slot.function.model;
    this.#controls = Object.entries(CONTROLS).flatMap(([id, offsets]) => {
      const at = config.find(Number(id));
      return at === undefined
        ? []
        : offsets.map((offset) => [at + offset, slot.readConfig(at + offset, 16)] as const);
    });
  }

  /** Writes it back: BARs before Command, so that nothing is decoded at a wrong place. */
  restore(): void {
    for (const [at, value] of this.#controls) this.#slot.writeConfig(at, 16, value);
    for (let i = this.#header.length - 1; i >= 0; i--) {
      // Status is cleared by writing ones: only Command is written of that double word.
      if (i === 1) this.#slot.writeConfig(4, 16, (this.#header[1] ?? 0) & 0xffff);
      else this.#slot.writeConfig(4 * i, 32, this.#header[i] ?? 0);
    }
  }
}
