/** Positions: where the registers of a region lie in the device's file. */

/** vfio-pci keeps the region's index above the offset. @see Linux, include/linux/vfio_pci_core.h */
const OFFSET_SHIFT = 40n;
/** No device has a region of this index or one above: they would not fit into an offset. */
const NO_REGION = 0x7f_ffff;

/** Tells where a region starts in the device's file. */
export function startOf(index: number): bigint {
  return BigInt(Math.min(index, NO_REGION)) << OFFSET_SHIFT;
}

/** Tells where an offset in a region is. @param start {@linkcode startOf} the region. */
export function positionOf(start: bigint, offset: number): bigint {
  // Of an offset of 32 bits and a sum of 64, V8 adds in registers; it would make two numbers on the heap otherwise.
  const near = offset >>> 0;
  return near === offset ? BigInt.asIntN(64, start + BigInt(near)) : start + BigInt(offset);
}
