/** Intel VT-d, with second-level page tables. */
import { apertureOf, MSI_WINDOW } from "./iommu_unit.ts";
import type { BlockReason, IommuUnit, UnitOptions } from "./iommu_unit.ts";

/** 4 KiB, 2 MiB and 1 GiB. */
const PAGE_SIZES = 0x4020_1000n;
const PAGE_MASK = ~0xfffn;

/**
 * Makes a VT-d unit.
 *
 * @throws {RangeError} for an address width that it cannot have.
 * @see Intel Virtualization Technology for Directed I/O, chapters 3 and 7; Linux, drivers/iommu/intel/
 */
export function vtdUnit(options: UnitOptions): IommuUnit {
  const { kernel, addressWidth = 48, interruptRemapping = true, enforcesCoherency = false } = options;
  return {
    aperture: apertureOf(addressWidth),
    pageSizes: PAGE_SIZES,
    reserved: [MSI_WINDOW],
    enforcesCoherency,
    isolatesInterrupts: interruptRemapping,
    // Before Linux 7 __domain_mapping() sets DMA_FL_PTE_PRESENT in every entry, which is the right to read on this level.
    readsWritable: kernel !== "7.2",
    // Its fault recording registers hold the page, and one of the reasons that the kernel has words for.
    report(iova, write, reason) {
      return { fault: words(write, reason, iova > this.aperture.last), iova: iova & PAGE_MASK };
    },
  };
}

/** @see Linux, drivers/iommu/intel/dmar.c, dma_remap_fault_reasons */
function words(write: boolean, reason: BlockReason, isBeyond: boolean): string {
  if (reason === "no-domain") return "[fault reason 0x02] Present bit in context entry is clear";
  if (isBeyond) return "[fault reason 0x04] Access beyond MGAW";
  return write
    ? "[fault reason 0x05] PTE Write access is not set"
    : "[fault reason 0x06] PTE Read access is not set";
}
