/** Why a DMA remapping unit blocks an access, in the words that the kernel logs. */

/**
 * Names a fault of an Intel VT-d unit.
 *
 * @param isBeyond The address is wider than the unit's tables translate.
 * @see Linux, drivers/iommu/intel/dmar.c, dma_remap_fault_reasons; VT-d specification, section 7.1
 */
export function vtdFault(write: boolean, isBeyond: boolean): string {
  if (isBeyond) return "[fault reason 0x04] Access beyond MGAW";
  return write
    ? "[fault reason 0x05] PTE Write access is not set"
    : "[fault reason 0x06] PTE Read access is not set";
}
