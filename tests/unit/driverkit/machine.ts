/** Machines for tests of the driver floor, and a closer look at what is done to them. */
import type { EmulatedHostOptions, KernelCall } from "../../../backends/emulated/mod.ts";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import type { Backend } from "../../../core/backend.ts";
import { VfioError } from "../../../core/errors.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";

export const EDU = "0000:00:04.0";
/** In edu's group. */
export const SIBLING = "0000:00:04.1";
/** In a group of its own. */
export const NVME = "0000:00:05.0";
export const EDU_GROUP = 10;
export const NVME_GROUP = 11;

/** What a process holds that holds nothing. */
export const NOTHING = { descriptors: 0, mappings: 0 };

/** Bits that edu's DMA engine has. */
export const EDU_LAST = 0xfff_ffffn;

/** A machine with two edus in one group, and an NVMe controller in another. */
export function machine(options: EmulatedHostOptions = {}): EmulatedHost {
  return new EmulatedHost(options)
    .plug(EDU, new EmulatedEdu(), { group: EDU_GROUP })
    .plug(SIBLING, new EmulatedEdu(), { group: EDU_GROUP })
    .plug(NVME, passiveNvme(), { group: NVME_GROUP });
}

/** Tells the errno's name that a promise is rejected with; "0" when it is fulfilled. */
export async function codeOfAsync(promise: PromiseLike<unknown>): Promise<string> {
  try {
    await promise;
    return "0";
  } catch (error) {
    if (error instanceof VfioError) return error.code;
    throw error;
  }
}

/** The Command register of the hardware. */
export function command(host: EmulatedHost, address: string): { master: boolean; intxDisable: boolean } {
  const bytes = new Uint8Array(2);
  host.host.readConfig(address, 4, bytes);
  const [low = 0, high = 0] = bytes;
  return { master: (low & 4) !== 0, intxDisable: (high & 4) !== 0 };
}

/** A backend that writes down what is closed among the kernel calls: "close container", "free memory", ... */
export function recorded(host: EmulatedHost): { readonly backend: Backend; readonly events: () => string[] } {
  const calls = host.calls.trace() as KernelCall[];
  const note = <T extends Disposable>(handle: T, words: string): T => {
    const dispose = handle[Symbol.dispose].bind(handle);
    let done = false;
    const value = () => {
      if (!done) calls.push({ number: 0, operation: words, subject: "" });
      done = true;
      dispose();
    };
    return Object.defineProperty(handle, Symbol.dispose, { value });
  };
  const backend: Backend = {
    name: host.name,
    host: host.host,
    clock: host.clock,
    groups: {
      openContainer: () => note(host.groups.openContainer(), "close container"),
      openGroup: (id) => {
        const group = note(host.groups.openGroup(id), `close group ${id}`);
        const open = group.openDevice.bind(group);
        const openDevice = (name: string) => note(open(name), `close ${name}`);
        return Object.defineProperty(group, "openDevice", { value: openDevice });
      },
    },
    allocate: (size, options) => note(host.allocate(size, options), "free memory"),
    mapFile: (file, options) => note(host.mapFile(file, options), "free memory"),
    createSignal: () => note(host.createSignal(), "close signal"),
  };
  return { backend, events: () => calls.splice(0).map(({ operation }) => operation) };
}
