/** Taking devices: all of them or none, and so that `vfio unbind` finds the way back wherever it ends. */
import type { Binding, DeviceEntry, Host } from "../mod.ts";
import type { Context } from "./context.ts";
import { VFIO_PCI } from "./steps.ts";
import { short } from "./state.ts";
import { yellow } from "./text.ts";
import { rest } from "./turn.ts";

/** What else is done. */
export interface TakingOptions {
  /** Gets the nodes of the groups. */
  readonly owner: string | undefined;
  /** At each start of the machine as well. */
  readonly persist: boolean;
}

/** A device that was taken, and what was known of it before. */
interface Taken {
  readonly binding: Binding;
  readonly remembered: string | null | undefined;
}

/**
 * Gives devices to vfio-pci. What fails, Ctrl-C among it, gives back what was taken before it.
 *
 * @param all Devices that vfio-pci has then: `wanted`, and those that it had before.
 */
export async function takeAll(
  context: Context,
  wanted: readonly DeviceEntry[],
  all: readonly DeviceEntry[],
  { owner, persist }: TakingOptions,
): Promise<void> {
  const { host, signal, backend } = context;
  const taken: Taken[] = [];
  const started: string[] = [];
  try {
    for (const device of wanted) {
      await rest(backend.clock, 0, signal);
      taken.push(take(context, device));
    }
    // Without an IOMMU a group comes with vfio-pci.
    const groups = new Set(all.flatMap(({ address }) => host.groupOf(address) ?? []));
    if (owner !== undefined) { for (const group of groups) host.chownGroup(group, owner); }
    for (const { address } of persist ? all : []) {
      if (host.startFiles(address).length === 0) started.push(address);
      host.giveAtStart(address, VFIO_PCI);
    }
  } catch (error) {
    for (const each of taken.reverse()) giveBack(context, each);
    for (const address of started) host.giveAtStart(address, undefined);
    throw error;
  }
}

function take(context: Context, { address, driver }: DeviceEntry): Taken {
  const { host } = context;
  const remembered = host.rememberedDriver(address);
  // Before anything else, for a command that is killed leaves no other word. One that was killed left no driver.
  if (driver !== undefined || remembered === undefined) host.rememberDriver(address, driver ?? null);
  try {
    return { binding: host.bind(address, VFIO_PCI), remembered };
  } catch (error) {
    if (host.find(address)?.driver === driver) host.rememberDriver(address, remembered);
    else tellLeft(context, address);
    throw error;
  }
}

/** The first error is what is thrown: this one only says what is left to do. */
function giveBack(context: Context, { binding, remembered }: Taken): void {
  const { address } = binding;
  try {
    binding[Symbol.dispose]();
    context.host.rememberDriver(address, remembered);
  } catch {
    tellLeft(context, address);
  }
}

function tellLeft(context: Context, address: string): void {
  const driver = driverOf(context.host, address);
  context.say(
    yellow("! "),
    `${address} was left with ${driver}: sudo vfio unbind ${short(address)} gives it back`,
  );
}

function driverOf(host: Host, address: string): string {
  return host.find(address)?.driver ?? "no driver";
}
