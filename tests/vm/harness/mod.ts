/**
 * Boots real Linux kernels in QEMU with emulated PCI devices behind an emulated IOMMU, and runs things there.
 *
 * @module
 */
export { boot, prepare } from "./boot.ts";
export { BRIDGED_PAIR, DEFAULT_DEVICES } from "./devices.ts";
export { emulator, type QemuVersion } from "./emulator.ts";
export { importAll } from "./import_all.ts";
export { defaultKernel } from "./kernel.ts";
export { Missing } from "./missing.ts";
export {
  type BootOptions,
  type BootResult,
  DIED,
  type Iommu,
  TIMED_OUT,
  type TraceOptions,
} from "./options.ts";
export { type Access, parseAccess, phases, tally } from "./trace.ts";
export { count, formatReport, requirePassed, whatIsWrong } from "./report.ts";
export { parseTap, type TapReport, type TapTest } from "./tap.ts";
