/**
 * A driver for NVMe controllers.
 *
 * Two floors: {@linkcode NvmeNamespace} has promises, moves data of any length, and ends commands that take too long;
 * below it {@linkcode NvmeQueue} submits, rings and polls without allocating anything.
 *
 * @example Write and read blocks
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice } from "@vfio/vfio";
 * import { EmulatedNvme } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { openNvme } from "@vfio/vfio/nvme";
 *
 * const backend = new EmulatedHost().plug("0000:01:00.0", new EmulatedNvme());
 * using device = openDevice("0000:01:00.0", { backend }); // on hardware: openDevice("0000:01:00.0")
 * await using nvme = await openNvme(device);
 * const namespace = nvme.namespace(1);
 *
 * const block = new Uint8Array(namespace.blockSize).fill(0xa5);
 * await namespace.write(7, block);
 * await namespace.flush();
 *
 * const back = new Uint8Array(namespace.blockSize);
 * await namespace.read(7, back);
 * assertEquals(back, block);
 * ```
 *
 * @example The fast floor: many reads under way, one doorbell for all
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDevice } from "@vfio/vfio";
 * import { EmulatedNvme } from "@vfio/vfio/devices";
 * import { EmulatedHost } from "@vfio/vfio/emulated";
 * import { openNvme } from "@vfio/vfio/nvme";
 * import type { NvmeHandler } from "@vfio/vfio/nvme";
 *
 * const backend = new EmulatedHost().plug("0000:01:00.0", new EmulatedNvme());
 * using device = openDevice("0000:01:00.0", { backend });
 * await using nvme = await openNvme(device);
 * const namespace = nvme.namespace(1);
 * const [queue] = nvme.queues;
 * using memory = nvme.prepare(device.allocate(4096));
 *
 * let done = 0;
 * const handler: NvmeHandler = { completed: (_id, status) => void (done += status === 0 ? 1 : 0) };
 * for (let i = 0; i < 32; i++) queue?.read(namespace, memory, i * 8, 8, handler);
 * queue?.ring();
 * while (done < 32) queue?.poll();
 * assertEquals(queue?.inFlight, 0);
 * ```
 *
 * @module
 */
export type { NvmeData } from "./block_io.ts";
export type { NvmeCapabilities } from "./capabilities.ts";
export { NvmeError } from "./errors.ts";
export type { NvmeFailure, NvmeStatusType } from "./errors.ts";
export type { NvmeEvent } from "./events.ts";
export type { NvmeBlockFormat, NvmeIdentity } from "./identify.ts";
export type { NvmeHealth, NvmeLoggedError } from "./logs.ts";
export { NvmeNamespace } from "./namespace.ts";
export type { NvmeFormatOptions, NvmeIoOptions, NvmeRange, NvmeWriteOptions } from "./namespace.ts";
export { Nvme, openNvme } from "./nvme.ts";
export type { NvmeOptions } from "./options.ts";
export { NvmeQueue } from "./queue.ts";
export type { BlockTarget, NvmeHandler, NvmeMode } from "./queue_types.ts";
export { NvmeTransfer } from "./transfer.ts";
export type { NvmeCommandName } from "./verbs.ts";
