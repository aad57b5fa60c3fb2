/**
 * The IOMMU without hardware: where addresses may lie, who has them, and what Linux's Type1 driver does with a request.
 *
 * {@linkcode IovaAllocator} chooses the addresses of an address space. {@linkcode Type1Plugin} is the emulated host's
 * IOMMU driver, and the measure that tests hold a real kernel against. {@linkcode IommuPlugin} is what an IOMMU
 * driver of another kind implements. {@linkcode iommuUnit} models the hardware below, VT-d, AMD-Vi or virtio-iommu:
 * what it translates, and how it words a fault, which {@linkcode parseFault} reads in a real kernel's log.
 *
 * @example Choose addresses that avoid what is reserved
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { IovaAllocator, subtract } from "@vfio/vfio/iommu";
 *
 * const aperture = { start: 0n, last: 0xffff_ffff_ffffn };
 * const msi = { start: 0xfee0_0000n, last: 0xfeef_ffffn };
 * const iovas = new IovaAllocator(subtract([aperture], [msi]));
 *
 * assertEquals(iovas.allocate({ size: 0x4000n, maxIova: 0xfff_ffffn }), 0x1000n);
 * assertEquals(iovas.allocate({ size: 0x8000_0000n, alignment: 0x20_0000n }), 0x20_0000n);
 * assertEquals(iovas.allocate({ size: 0x8000_0000n }), 0xfef0_0000n);
 * ```
 *
 * @module
 */
export * from "./extensions.ts";
export * from "./fault_log.ts";
export * from "./hardware.ts";
export * from "./iommu_plugin.ts";
export * from "./iommu_unit.ts";
export * from "./iova_allocator.ts";
export * from "./noiommu_plugin.ts";
export * from "./page_table.ts";
export * from "./ranges.ts";
export * from "./type1_plugin.ts";
export type { CheckedMap, CheckedUnmap } from "../core/requests.ts";
