/** The kernel's log of what IOMMUs blocked, read line by line. */
import type { IommuFault } from "../core/host.ts";

/** A device as the kernel calls it: what else stands in its place is somebody's joke. */
const DEVICE = String.raw`((?:[\da-f]{4,8}:)?[\da-f]{2}:[01][\da-f]\.[0-7])`;
/** "[DMA Write NO_PASID] Request device [00:04.0] fault addr 0x5000 [fault reason 0x05] PTE Write access is not set" */
const VTD = new RegExp(
  String
    .raw`DMAR: \[DMA (Read|Write)[^\]]*\] Request device \[${DEVICE}\] fault addr (?:0x)?([\da-f]{1,16}) ` +
    String.raw`(\[fault reason [^\]]+\] .*)$`,
);
/** "vfio-pci 0000:00:04.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0002 address=0x5000 flags=0x0020]", or with "device=". */
const AMD_VI = new RegExp(
  String.raw`(?:${DEVICE}: )?AMD-Vi: Event logged \[IO_PAGE_FAULT (?:device=${DEVICE} )?domain=0x[\da-f]+ ` +
    String.raw`address=0x([\da-f]{1,16}) flags=0x([\da-f]{1,8})\]`,
);
/** RW of AMD-Vi's flags: the device wanted to write. */
const AMD_WRITE = 0x20;

/**
 * Reads a line of the kernel's log.
 *
 * @returns The fault that VT-d or AMD-Vi reports in it; undefined when it reports none.
 * @see Linux, drivers/iommu/intel/dmar.c, dmar_fault_do_one(); drivers/iommu/amd/iommu.c, amd_iommu_report_page_fault()
 */
export function parseFault(line: string): IommuFault | undefined {
  const [, direction, source, page, reason] = VTD.exec(line) ?? [];
  if (source !== undefined && page !== undefined && reason !== undefined) {
    return { address: withDomain(source), iova: BigInt(`0x${page}`), write: direction === "Write", reason };
  }
  const [, driven, unknown, at, flags] = AMD_VI.exec(line) ?? [];
  const device = driven ?? unknown;
  if (device === undefined || at === undefined || flags === undefined) return undefined;
  const write = (parseInt(flags, 16) & AMD_WRITE) !== 0;
  return {
    address: withDomain(device),
    iova: BigInt(`0x${at}`),
    write,
    reason: `IO_PAGE_FAULT flags=0x${flags}`,
  };
}

/** Linux leaves the domain out of a device's name where it has only one, or did before Linux 7. */
function withDomain(device: string): string {
  return device.split(":").length === 2 ? `0000:${device}` : device;
}
