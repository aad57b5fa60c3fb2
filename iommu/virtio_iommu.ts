/** virtio-iommu, the IOMMU of virtual machines, as QEMU has it. */
import { apertureOf, MSI_WINDOW } from "./iommu_unit.ts";
import type { BlockReason, IommuUnit, UnitOptions } from "./iommu_unit.ts";

/** All powers of two from 4 KiB on. */
const PAGE_SIZES = 0xffff_ffff_ffff_f000n;

/**
 * Makes a virtio-iommu. It remaps no interrupts: VFIO needs `allow_unsafe_interrupts`.
 *
 * @throws {RangeError} for an address width that it cannot have.
 * @see Virtual I/O Device (VIRTIO) 1.2, section 5.13; Linux, drivers/iommu/virtio-iommu.c; QEMU, hw/virtio/virtio-iommu.c
 */
export function virtioIommuUnit(options: UnitOptions): IommuUnit {
  const { addressWidth = 39, interruptRemapping = false, enforcesCoherency = false } = options;
  return {
    aperture: apertureOf(addressWidth),
    pageSizes: PAGE_SIZES,
    reserved: [MSI_WINDOW],
    enforcesCoherency,
    isolatesInterrupts: interruptRemapping,
    readsWritable: false,
    report: (iova, write, reason) => ({ fault: words(write, reason), iova }),
  };
}

/** QEMU says which right is missing, and nothing where no page is. @see Linux, viommu_fault_handler() */
function words(write: boolean, reason: BlockReason): string {
  if (reason === "no-domain") return "domain fault []";
  return `page fault [${reason === "not-mapped" ? "" : write ? "W" : "R"}]`;
}
