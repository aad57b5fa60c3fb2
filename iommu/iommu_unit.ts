/** IommuUnit: one IOMMU in hardware, and what its driver in the kernel makes of it. */
import type { ReservedRegion } from "../core/host.ts";
import type { Iova, IovaRange } from "../core/iommu_driver.ts";

/** A kernel whose rules apply, where kernels differ. */
export type KernelVersion = "6.1" | "6.12" | "7.2";

/** The IOMMUs that there are models of. */
export type IommuKind = "vt-d" | "amd-vi" | "virtio";

/** Why an IOMMU blocks an access: no page is there; it lacks the right; no domain is attached to the device. */
export type BlockReason = "not-mapped" | "not-permitted" | "no-domain";

/** What one IOMMU in hardware can do. */
export interface IommuUnit {
  /** Addresses it translates. */
  readonly aperture: IovaRange;
  /** Sizes of pages it has, a bit each: 0x40201000n is 4 KiB, 2 MiB and 1 GiB. */
  readonly pageSizes: bigint;
  /** Ranges that no device behind it can use for DMA. */
  readonly reserved: readonly ReservedRegion[];
  /** It makes all DMA coherent with the caches, whatever the device asks for: the extension "dma-cc". */
  readonly enforcesCoherency: boolean;
  /** It remaps interrupts, so that a device can raise its own only. */
  readonly isolatesInterrupts: boolean;
  /** Its driver lets devices read whatever they may write. */
  readonly readsWritable: boolean;
  /** Makes the report of an access that it blocks. */
  report(iova: Iova, write: boolean, reason: BlockReason): Fault;
}

/** An access that an IOMMU blocks, as it reports it. */
export interface Fault {
  /** Why, as its driver logs it: "[fault reason 0x05] PTE Write access is not set". */
  readonly fault: string;
  /** Where, as it tells: some know the page only. @default the address of the access */
  readonly iova?: Iova;
}

/** What one unit differs in from another of its kind. */
export interface UnitOptions {
  /** Whose driver it has. */
  readonly kernel: KernelVersion;
  /** Bits of an IOVA that it translates, 32 to 64. @default 48 for VT-d, 64 for AMD-Vi, 39 for virtio */
  readonly addressWidth?: number;
  /** It remaps interrupts. @default true, but for virtio */
  readonly interruptRemapping?: boolean;
  /** It can make all DMA coherent; VT-d calls that snoop control. @default true for AMD-Vi */
  readonly enforcesCoherency?: boolean;
}

/** Where messages of interrupts go on a PC: nothing is translated there. */
export const MSI_WINDOW: ReservedRegion = { start: 0xfee0_0000n, last: 0xfeef_ffffn, type: "msi" };

/** Gives the addresses of so many bits. @throws {RangeError} for a number that no IOMMU has. */
export function apertureOf(addressWidth: number): IovaRange {
  if (!Number.isInteger(addressWidth) || addressWidth < 32 || addressWidth > 64) {
    throw new RangeError(`Cannot use an address width of ${addressWidth} bits: 32 to 64 are needed`);
  }
  return { start: 0n, last: (1n << BigInt(addressWidth)) - 1n };
}
