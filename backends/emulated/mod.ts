/**
 * A machine without hardware: an IOMMU, a Linux kernel with VFIO and devices, in pure TypeScript.
 *
 * {@linkcode EmulatedHost} is a {@linkcode Backend}: whatever runs on Linux runs on it, and fails on it where and how
 * the kernel fails. It needs no permission. Time is virtual: it moves a little with each access and kernel call and
 * jumps to the next event when somebody waits, so a second of device time costs nothing and runs repeat exactly.
 *
 * @example A machine with AMD-Vi and an older kernel, and what its IOMMU blocks
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice } from "@vfio/vfio";
 * import { passiveNvme } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 *
 * const host = new EmulatedHost({ kernel: "6.1", iommu: "amd-vi" });
 * const nvme = passiveNvme();
 * host.plug("0000:01:00.0", nvme);
 * using device = openDevice("0000:01:00.0", { backend: host });
 * device.config.command.update({ busMaster: true });
 * nvme.bus.writeMemory(0x5000n, new Uint8Array(4));
 * assertEquals(host.faults(), [
 *   { address: "0000:01:00.0", iova: 0x5000n, write: true, reason: "IO_PAGE_FAULT flags=0x0020" },
 * ]);
 * ```
 *
 * @example Another process, and a call that fails
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { VfioError } from "@vfio/vfio";
 * import { EmulatedEdu } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 *
 * const host = new EmulatedHost().plug("0000:00:04.0", new EmulatedEdu(), { group: 7 });
 * using _group = host.groups.openGroup(7);
 * const guest = host.process({ uid: 1000 });
 * assertEquals(assertThrows(() => guest.groups.openGroup(7), VfioError).code, "EACCES");
 *
 * host.calls.fail(1, "EMFILE"); // the next kernel call
 * assertEquals(assertThrows(() => host.createSignal(), VfioError).operation, "eventfd");
 * assertEquals(host.holdings(), { descriptors: 1, mappings: 0 });
 * ```
 *
 * @module
 */
export { EmulatedHost } from "./emulated_host.ts";
export type { DeviceFault, EmulatedHostOptions, PlugOptions } from "./emulated_host.ts";
export { EmulatedProcess } from "./process.ts";
export type { Holdings } from "./process.ts";
export type { ModuleParameters } from "./module_parameters.ts";
export type { Capability, ProcessOptions } from "./task.ts";
export { KernelCalls } from "./kernel_calls.ts";
export type { KernelCall } from "./kernel_calls.ts";
export { Surroundings } from "./surroundings.ts";
export type { DeviceSurroundings } from "./surroundings.ts";
export { Sysfs } from "./sysfs.ts";
export type { UnbindRequest } from "./unbind_request.ts";
