/** A machine with an NVMe controller that does as it is told, and the driver on it. */
import { openDevice, VfioError } from "../../../../../mod.ts";
import type { PciDevice } from "../../../../../mod.ts";
import { EmulatedHost } from "../../../../../backends/emulated/mod.ts";
import type { EmulatedHostOptions } from "../../../../../backends/emulated/mod.ts";
import { EmulatedNvme } from "../../../../../devices/mod.ts";
import type { DeviceModel, EmulatedNvmeOptions, NvmeCompletion } from "../../../../../devices/mod.ts";
import { openNvme } from "../../../../../devices/nvme/driver/mod.ts";
import type { Nvme, NvmeHandler, NvmeOptions } from "../../../../../devices/nvme/driver/mod.ts";

export const ADDRESS = "0000:01:00.0";
export const NOTHING = { descriptors: 0, mappings: 0 };

/** A controller whose completions and identify pages a test may change at any time. */
export class Puppet extends EmulatedNvme {
  completes: (entry: NvmeCompletion) => readonly NvmeCompletion[] = (entry) => [entry];
  identifies: (page: Uint8Array, cns: number) => void = () => {};

  protected override completed(entry: NvmeCompletion): readonly NvmeCompletion[] {
    return this.completes(entry);
  }

  protected override identified(page: Uint8Array, cns: number): void {
    this.identifies(page, cns);
  }

  /** Completes no I/O command any more. */
  swallow(): void {
    this.completes = (entry) => entry.sqid === 0 ? [entry] : [];
  }
}

export interface MachineOptions extends EmulatedHostOptions, EmulatedNvmeOptions {
  readonly model?: Puppet;
  readonly wrap?: (nvme: Puppet) => DeviceModel;
}

/** A machine with a controller, opened. */
export class Machine implements Disposable {
  readonly host: EmulatedHost;
  readonly model: Puppet;
  readonly device: PciDevice;

  constructor(options: MachineOptions = {}) {
    this.model = options.model ?? new Puppet(options);
    this.host = new EmulatedHost(options).plug(ADDRESS, options.wrap?.(this.model) ?? this.model);
    this.device = openDevice(ADDRESS, { backend: this.host });
  }

  open(options?: NvmeOptions): Promise<Nvme> {
    return openNvme(this.device, options);
  }

  [Symbol.dispose](): void {
    this.device[Symbol.dispose]();
  }
}

/** What became of commands, in the order in which they ended. */
export class Ends implements NvmeHandler {
  readonly ids: number[] = [];
  readonly statuses: number[] = [];
  readonly results: number[] = [];

  completed(id: number, status: number, result: number): void {
    this.ids.push(id);
    this.statuses.push(status);
    this.results.push(result);
  }
}

/** What a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<VfioError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof VfioError) return error;
    throw error;
  }
  throw new Error("It did not fail");
}

/** What a call throws. */
export function thrownBy(call: () => unknown): VfioError {
  try {
    call();
  } catch (error) {
    if (error instanceof VfioError) return error;
    throw error;
  }
  throw new Error("It did not fail");
}

/** What is rejected without anybody to handle it, while `run` goes on and a turn of the event loop after it. */
export async function unhandled(run: () => Promise<void>): Promise<string[]> {
  const messages: string[] = [];
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    messages.push(String(event.reason?.message));
  };
  addEventListener("unhandledrejection", listener);
  try {
    await run();
    await new Promise((resolve) => setTimeout(resolve));
  } finally {
    removeEventListener("unhandledrejection", listener);
  }
  return messages;
}
