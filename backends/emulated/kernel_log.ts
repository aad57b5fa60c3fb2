/** KernelLog: what the emulated kernel has said. */
import type { IommuFault } from "../../core/host.ts";
import type { LogLine } from "../../core/host_details.ts";

/** Lines that are kept; Linux keeps bytes. */
const LINES = 4096;
const NS_PER_S = 1e9;

/** The ring of lines behind dmesg. */
export class KernelLog {
  readonly #clock: { readonly now: number };
  readonly #lines: LogLine[] = [];
  #sequence = 0;

  /** @param clock Tells the nanoseconds since the machine was switched on. */
  constructor(clock: { readonly now: number }) {
    this.#clock = clock;
  }

  /** Says something. */
  write(text: string): void {
    this.#lines.push({ sequence: this.#sequence++, seconds: this.#clock.now / NS_PER_S, text });
    if (this.#lines.length > LINES) this.#lines.shift();
  }

  /** The lines behind a sequence number. */
  after(sequence: number): readonly LogLine[] {
    return this.#lines.filter((line) => line.sequence > sequence);
  }
}

/**
 * Words a fault as the driver of its IOMMU does.
 *
 * @see Linux, drivers/iommu/intel/dmar.c, dmar_fault_do_one(); drivers/iommu/amd/iommu.c, amd_iommu_report_page_fault();
 * drivers/iommu/virtio-iommu.c, viommu_fault_handler()
 */
export function faultLine({ address, iova, write, reason }: IommuFault): string {
  const at = `0x${iova.toString(16)}`;
  if (reason.startsWith("[fault reason")) {
    return `DMAR: [DMA ${
      write ? "Write" : "Read"
    } NO_PASID] Request device [${address}] fault addr ${at} ${reason}`;
  }
  const [, flags] = /^IO_PAGE_FAULT flags=(0x[\da-f]+)$/.exec(reason) ?? [];
  if (flags !== undefined) {
    return `vfio-pci ${address}: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0001 address=${at} flags=${flags}]`;
  }
  return `virtio_iommu: ${reason} from EP ${address} at ${at}`;
}
