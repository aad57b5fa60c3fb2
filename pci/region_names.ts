/** The regions of vfio-pci by name. */
import { quote } from "./quote.ts";

/** The names of regions, in the order of their indexes. */
export const REGION_NAMES = ["bar0", "bar1", "bar2", "bar3", "bar4", "bar5", "rom", "config", "vga"] as const;

/** A region that a PCI device may have: its BARs, the expansion ROM, the config space, the ranges of VGA. */
export type RegionName = typeof REGION_NAMES[number];

/**
 * Tells the index of a region.
 *
 * @throws {TypeError} for a name that no region has.
 * @see Linux, include/uapi/linux/vfio.h, VFIO_PCI_BAR0_REGION_INDEX and following
 */
export function regionIndex(name: RegionName): number {
  const index = REGION_NAMES.indexOf(name);
  if (index < 0) {
    throw new TypeError(`Cannot use ${quote(name)} as a region: their names are ${REGION_NAMES.join(", ")}`);
  }
  return index;
}
