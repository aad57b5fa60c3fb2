/** Drivers by what they do with DMA: which of them let others own a group. */

const VFIO = /^(vfio-pci|vfio_pci|.*[-_]vfio[-_]pci)$/;

/** Tells whether a driver lends its devices to VFIO: vfio-pci, or a variant of it for some device. @param driver undefined: none. */
export function isVfioDriver(driver: string | undefined): boolean {
  return driver !== undefined && VFIO.test(driver);
}

/**
 * Tells whether a driver leaves DMA to whoever owns the group (`driver_managed_dma`): VFIO's drivers, and those that do
 * none. Any other makes the groups of its devices not viable.
 *
 * @see Linux, include/linux/pci.h, struct pci_driver
 */
export function leavesDma(driver: string): boolean {
  return driver === "pcieport" || driver === "pci-stub" || isVfioDriver(driver);
}
