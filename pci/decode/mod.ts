/**
 * A config space as plain values, and the registers that they are read from, to be laid over a device too:
 * `registers(device.region("config"), EXPRESS, at)`.
 *
 * @module
 */
export type { BridgeWindow } from "./bridge_windows.ts";
export type {
  DecodedBase,
  DecodedCapability,
  DecodedExtendedCapability,
  UnknownCapability,
} from "./capability.ts";
export type { CapabilityFields } from "./capability_fields.ts";
export * from "./channel_data.ts";
export type { VirtualChannelFields } from "./channels.ts";
export * from "./config.ts";
export type { AgpFields, PciXFields, SecureDeviceFields, VendorSpecificFields } from "./conventional.ts";
export * from "./conventional_data.ts";
export type { CxlBlockFields, CxlFields, CxlRangeFields } from "./cxl.ts";
export * from "./cxl_data.ts";
export type { DescribedBar } from "./described_bar.ts";
export type { DesignatedFields, ExtendedVendorSpecificFields } from "./designated.ts";
export * from "./designated_data.ts";
export {
  ALLOCATION,
  ALLOCATION_MEANINGS,
  ENHANCED_ALLOCATION,
  ENHANCED_ALLOCATION_BUSES,
} from "./enhanced_allocation.ts";
export type { AllocationFields, EnhancedAllocationFields } from "./enhanced_allocation.ts";
export * from "./error_data.ts";
export type { ContainmentFields, ErrorReportingFields } from "./errors.ts";
export type { ExpressFields } from "./express.ts";
export * from "./express_data.ts";
export type { ExtendedCapabilityFields } from "./extended_capability_fields.ts";
export type { Fields, Meaning, Meanings, Meant, RegisterFields, Reserved } from "./fields.ts";
export * from "./flit_data.ts";
export type {
  FlitLoggingFields,
  FlitPerformanceFields,
  LinkStateTrackerFields,
  LocatedBlockFields,
  RegisterBlockLocatorFields,
} from "./flits.ts";
export { HEADER_MEANINGS } from "./header.ts";
export type { CommonHeader, CommonRegister, DecodedHeader, SeparateRegister } from "./header.ts";
export type { HierarchyIdFields, ShadowFunctionsFields } from "./hierarchy.ts";
export * from "./hierarchy_data.ts";
export type { HyperTransportFields } from "./hyper_transport.ts";
export * from "./hyper_transport_data.ts";
export { MSI_MEANINGS } from "./interrupts.ts";
export type { MsiFields, MsixFields } from "./interrupts.ts";
export * from "./link.ts";
export * from "./pci_x_data.ts";
export type {
  AlternateProtocolFields,
  LaneEqualization8Fields,
  LaneEqualizationFields,
  LaneMarginingFields,
  Physical16Fields,
  Physical32Fields,
  Physical64Fields,
  ProtocolMultiplexingFields,
  SecondaryExpressFields,
} from "./physical.ts";
export * from "./physical_data.ts";
export type {
  L1SubstatesFields,
  LatencyToleranceFields,
  PowerAllocationFields,
  PowerBudgetingFields,
  ReadinessTimeFields,
} from "./power.ts";
export * from "./power_data.ts";
export type { ResizableBarFields, ResizableBarsFields } from "./resizable_bars.ts";
export { INTERNAL_LINK_MEANINGS } from "./root_complex.ts";
export type {
  DeclaredLinkFields,
  EventCollectorFields,
  InternalLinkFields,
  LinkDeclarationFields,
} from "./root_complex.ts";
export * from "./root_complex_data.ts";
export type {
  AccessControlFields,
  MulticastFields,
  ProcessingHintsFields,
  VirtualizationFields,
} from "./routing.ts";
export * from "./routing_data.ts";
export type { EncryptionFields, SelectiveStreamFields, StreamAddressFields } from "./security.ts";
export * from "./security_data.ts";
export { SERIAL_NUMBER } from "./serial_number.ts";
export type { SerialNumberFields } from "./serial_number.ts";
