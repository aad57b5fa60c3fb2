/** AMD-Vi, with v1 page tables. */
import type { ReservedRegion } from "../core/host.ts";
import { apertureOf, MSI_WINDOW } from "./iommu_unit.ts";
import type { BlockReason, IommuUnit, KernelVersion, UnitOptions } from "./iommu_unit.ts";

/** HyperTransport's own addresses, which are no memory. */
const HYPER_TRANSPORT: ReservedRegion = { start: 0xfd_0000_0000n, last: 0xff_ffff_ffffn, type: "reserved" };
/** 512 GiB: a page table of that level cannot hold a page of it. */
const NO_PAGE = 1n << 39n;

/** Bits of IO_PAGE_FAULT's flags, as the kernel prints them: a page is present; a write; its rights forbid it. */
const FLAG = { present: 0x10, write: 0x20, permission: 0x40 } as const;

/**
 * Makes an AMD-Vi unit.
 *
 * Before Linux 7 its driver offers 64 bits of addresses, whatever the hardware has.
 *
 * @throws {RangeError} for an address width that it cannot have.
 * @see AMD I/O Virtualization Technology (IOMMU) Specification, sections 2.2.3 and 2.5.3; Linux, drivers/iommu/amd/
 */
export function amdViUnit(options: UnitOptions): IommuUnit {
  const { kernel, addressWidth = 64, interruptRemapping = true, enforcesCoherency = true } = options;
  const own = apertureOf(addressWidth);
  return {
    aperture: kernel === "7.2" ? own : apertureOf(64),
    pageSizes: pageSizes(kernel, addressWidth),
    reserved: [MSI_WINDOW, HYPER_TRANSPORT],
    enforcesCoherency,
    isolatesInterrupts: interruptRemapping,
    readsWritable: false,
    report: (iova, write, reason) => ({ fault: words(write, reason), iova }),
  };
}

/** All powers of two: what has no level of its own is made of equal entries side by side. */
function pageSizes(kernel: KernelVersion, addressWidth: number): bigint {
  // Linux 6.1 leaves the limit of a physical address out; Linux 7 goes by what the hardware translates.
  const bits = kernel === "6.1" ? 64 : kernel === "6.12" ? 52 : Math.min(52, addressWidth - 1);
  return ((1n << BigInt(bits)) - 0x1000n) & ~NO_PAGE;
}

/** @see Linux, drivers/iommu/amd/iommu.c, amd_iommu_report_page_fault() */
function words(write: boolean, reason: BlockReason): string {
  const flags = (write ? FLAG.write : 0) | (reason === "not-permitted" ? FLAG.present | FLAG.permission : 0);
  return `IO_PAGE_FAULT flags=0x${flags.toString(16).padStart(4, "0")}`;
}
