/** A machine with an emulated NVMe controller, and a driver for it. */
import { openDevice } from "../../../../mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";
import type { EmulatedHostOptions } from "../../../../backends/emulated/mod.ts";
import { EmulatedNvme } from "../../../../devices/mod.ts";
import type { DeviceModel, EmulatedNvmeOptions } from "../../../../devices/mod.ts";
import { TestDriver } from "./test_driver.ts";

export { PAGE, Pair, queueSize, statusOf } from "./test_driver.ts";
export type { Completion, Entry } from "./test_driver.ts";

const ADDRESS = "0000:01:00.0";

/** What a rig is made of. */
export interface RigOptions extends EmulatedHostOptions, EmulatedNvmeOptions {
  /** The controller itself. @default an EmulatedNvme of these options */
  readonly model?: EmulatedNvme;
  /** Gives what is plugged in. @default the controller as it is */
  readonly wrap?: (nvme: EmulatedNvme) => DeviceModel;
}

/** A controller in a machine, opened. */
export class Rig extends TestDriver {
  readonly host: EmulatedHost;
  readonly nvme: EmulatedNvme;

  constructor(options: RigOptions = {}) {
    const nvme = options.model ?? new EmulatedNvme(options);
    const host = new EmulatedHost(options).plug(ADDRESS, options.wrap?.(nvme) ?? nvme);
    super(openDevice(ADDRESS, { backend: host }));
    this.host = host;
    this.nvme = nvme;
  }
}

/** Bytes that differ from place to place. */
export function pattern(size: number, salt = 1): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Math.imul(i + salt, 0x9e37_79b1) >>> 24);
}
