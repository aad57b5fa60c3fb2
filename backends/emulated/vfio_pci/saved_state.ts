/** SavedState: what the kernel keeps of a device's config space across a reset. */
import { CAPABILITY } from "../../../pci/capability_ids_data.ts";
import type { PciSlot } from "../pci_slot.ts";

const HEADER = 0x40;
const PCI_X = 0x07;
const ERROR_REPORTING = 0x01;
/** Masks, severity and control of Advanced Error Reporting, from the capability's start. */
const ERROR_CONTROLS = [0x08, 0x0c, 0x14, 0x18];
/** Types of PCI Express functions that have a link: endpoints and ports, but nothing inside the root complex. */
const LINKED = [0, 1, 4, 5, 6, 7, 8];

/** @see Linux, drivers/pci/pci.c, `pci_save_state` and `pci_restore_state` */
export class SavedState {
  readonly #slot: PciSlot;
  readonly #header: readonly number[];
  readonly #controls: readonly (readonly [at: number, value: number])[];
  readonly #errors: readonly (readonly [at: number, value: number])[];

  /** Saves. */
  constructor(slot: PciSlot) {
    this.#slot = slot;
    this.#header = Array.from({ length: HEADER / 4 }, (_, i) => slot.readConfig(4 * i, 32));
    this.#controls = controlsOf(slot).map((at) => [at, slot.readConfig(at, 16)] as const);
    const errors = slot.function.model.config.findExtended(ERROR_REPORTING);
    const at = errors === undefined ? [] : ERROR_CONTROLS.map((offset) => errors + offset);
    this.#errors = at.map((offset) => [offset, slot.readConfig(offset, 32)] as const);
  }

  /** Writes it back: BARs before Command, so that nothing is decoded at a wrong place. */
  restore(): void {
    for (const [at, value] of this.#controls) this.#slot.writeConfig(at, 16, value);
    for (const [at, value] of this.#errors) this.#slot.writeConfig(at, 32, value);
    for (let i = this.#header.length - 1; i >= 0; i--) {
      // Status is cleared by writing ones: only Command is written of that double word.
      if (i === 1) this.#slot.writeConfig(4, 16, (this.#header[1] ?? 0) & 0xffff);
      else this.#slot.writeConfig(4 * i, 32, this.#header[i] ?? 0);
    }
    this.#slot.virtualFunctions?.restore();
  }
}

/**
 * Where the 16-bit control registers stand that are restored beside the header. Of PCI Express only those that the
 * function has: Device Control, Link Control, and from version 2 on their second ones.
 *
 * @see Linux, drivers/pci/access.c, `pcie_capability_reg_implemented`
 */
function controlsOf(slot: PciSlot): number[] {
  const { config } = slot.function.model;
  const express = config.find(CAPABILITY.pciExpress);
  const pciX = config.find(PCI_X);
  const found = pciX === undefined ? [] : [pciX + 2];
  if (express === undefined) return found;
  const flags = slot.readConfig(express + 2, 16);
  const hasLink = LINKED.includes((flags >> 4) & 0xf);
  const isSecond = (flags & 0xf) > 1;
  found.push(express + 0x08);
  if (hasLink) found.push(express + 0x10);
  if (isSecond) found.push(express + 0x28);
  if (hasLink && isSecond) found.push(express + 0x30);
  return found;
}
