/** The VFIO model: interfaces, errors, registers. Imports nothing. */
export * from "./backend.ts";
export { ByteMemory } from "./byte_memory.ts";
export * from "./clock.ts";
export * from "./container.ts";
export * from "./device.ts";
export * from "./dma_drivers.ts";
export { driverSteps } from "./driver_steps.ts";
export type { DriverStep } from "./driver_steps.ts";
export type { SettingsFile } from "./start_files.ts";
export { ERRNO } from "./errno_data.ts";
export * from "./errors.ts";
export * from "./group.ts";
export * from "./handle.ts";
export * from "./host.ts";
export * from "./host_details.ts";
export * from "./iommu_driver.ts";
export * from "./iommufd.ts";
export * from "./irq.ts";
export * from "./memory.ts";
export * from "./region.ts";
export { registers } from "./registers.ts";
export type {
  AccessOf,
  Changes,
  FieldsOf,
  ReadableRegister,
  ReadValue,
  Register,
  RegisterAccess,
  RegisterDeclaration,
  RegisterMap,
  Registers,
  RegisterValue,
  RegisterWidth,
  UpdatableRegister,
  WritableRegister,
} from "./registers.ts";
export type { Field, FieldChanges, FieldValue, FieldValues, IsWide, Tuple } from "./register_fields.ts";
export * from "./signal.ts";
export { allRemediesOf, remediesOf, rowsOfLine } from "./remedies.ts";
export type { Facts, Remedy, RemedyRow, RemedyStep } from "./remedies.ts";
export { REMEDIES } from "./remedies_data.ts";
