/** The driver floor: what a driver author holds. Written once, on the model floor of any backend. */
export * from "./address_space.ts";
export { CONFIG_HEADER } from "../pci/header.ts";
export { REGION_NAMES } from "../pci/region_names.ts";
export type { RegionName } from "../pci/region_names.ts";
export { DmaBuffer, DmaMapping } from "./dma.ts";
export type { DmaContext, DmaOptions } from "./dma.ts";
export * from "./command_ring.ts";
export { DescriptorRing } from "./descriptor_ring.ts";
export type { DescriptorRingOptions } from "./descriptor_ring.ts";
export * from "./fence.ts";
export * from "./interrupts.ts";
export * from "./open_device.ts";
export * from "./pci_device.ts";
export * from "./phase_ring.ts";
export * from "./scatter_list.ts";
export * from "./until.ts";
export * from "./vector.ts";
export * from "./words.ts";
