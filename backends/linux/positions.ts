/** Positions: where the registers of a region lie in the device's file. */

/** vfio-pci keeps the region's index above the offset. @see Linux, include/linux/vfio_pci_core.h */
const OFFSET_SHIFT = 40n;
/** No device has a region of this index or one above: they would not fit into an offset. */
const NO_REGION = 0x7f_ffff;
/** A power of 2: registers of a driver's hot path. */
const SLOTS = 64;

/** Tells where a region starts in the device's file. */
export function startOf(index: number): bigint {
  return BigInt(Math.min(index, NO_REGION)) << OFFSET_SHIFT;
}

interface Slot {
  readonly offset: number;
  readonly position: bigint;
}

/** A region's positions. They have 64 bits; making such a number costs more than looking one up that was made before. */
export class Positions {
  readonly #start: bigint;
  readonly #slots: (Slot | undefined)[] = new Array(SLOTS).fill(undefined);

  /** Of the region with this index. */
  constructor(index: number) {
    this.#start = startOf(index);
  }

  /** Where an offset in the region is. */
  of(offset: number): bigint {
    return this.#start + BigInt(offset);
  }

  /** The same for what is asked for again and again. */
  at(offset: number): bigint {
    // Registers are 4 bytes apart. Of those that share a slot the last one stays.
    const slot = this.#slots[(offset >>> 2) & (SLOTS - 1)];
    return slot?.offset === offset ? slot.position : this.#keep(offset);
  }

  #keep(offset: number): bigint {
    const position = this.of(offset);
    this.#slots[(offset >>> 2) & (SLOTS - 1)] = { offset, position };
    return position;
  }
}
