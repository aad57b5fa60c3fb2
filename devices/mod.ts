/**
 * Devices from both sides: their registers, models to plug into an emulated host, drivers, and the tools to write
 * a model of your own.
 *
 * @example A device with one register
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice, registers } from "@vfio/vfio";
 * import type { RegisterMap } from "@vfio/vfio";
 * import { ConfigSpace, RegisterBank } from "@vfio/vfio/devices";
 * import type { DeviceModel } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 *
 * const COUNTER = { value: { at: 0, width: 32, access: "ro" } } as const satisfies RegisterMap;
 *
 * class Counter implements DeviceModel {
 *   #count = 0;
 *   readonly config = new ConfigSpace({ vendor: 0x1234, device: 0x0001, classCode: 0xff0000 })
 *     .bar(0, { kind: "memory32", size: 4096 });
 *   readonly bars = { 0: new RegisterBank(COUNTER, { value: { read: () => ++this.#count } }) };
 *   plug() {}
 *   reset() {
 *     this.#count = 0;
 *   }
 * }
 *
 * using device = openDevice("0000:00:01.0", { backend: new EmulatedHost().plug("0000:00:01.0", new Counter()) });
 * const regs = registers(device.region("bar0"), COUNTER);
 * assertEquals([regs.value.read(), regs.value.read()], [1, 2]);
 * ```
 *
 * @module
 */
export { barMask, barType } from "./bar.ts";
export type { BarDeclaration, RomDeclaration } from "./bar.ts";
export * from "./capabilities.ts";
export * from "./config_space.ts";
export * from "./device_model.ts";
export { Edu } from "./edu/driver.ts";
export { EmulatedEdu } from "./edu/model.ts";
export type { EduOptions } from "./edu/model.ts";
export * from "./edu/registers.ts";
export { MsixTable } from "./msix_table.ts";
export type { Message } from "./msix_table.ts";
export type { NvmeCompletion } from "./nvme/completion.ts";
export { EmulatedNvme } from "./nvme/model.ts";
export type { EmulatedNvmeOptions } from "./nvme/model.ts";
export * from "./nvme/registers.ts";
export * from "./nvme/registers_commands.ts";
export * from "./nvme/registers_entries.ts";
export * from "./nvme/registers_features.ts";
export * from "./nvme/registers_fields.ts";
export * from "./nvme/registers_identify.ts";
export * from "./nvme/registers_logs.ts";
export * from "./nvme/registers_status.ts";
export * from "./nvme/registers_status_data.ts";
export { SparseStorage } from "./nvme/storage.ts";
export { PciFunction } from "./pci_function.ts";
export type { FunctionPort } from "./pci_function.ts";
export * from "./register_bank.ts";
export { PassiveDevice } from "./passive/passive_device.ts";
export { DumpedDevice } from "./passive/dumped_device.ts";
export type { DumpedOptions } from "./passive/dumped_device.ts";
export * from "./passive/igb.ts";
export * from "./passive/shapes.ts";
export * from "./sriov.ts";
