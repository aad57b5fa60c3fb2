/** What resets there are, and what they hit. */
import { VfioError } from "../../mod.ts";
import type { DeviceEntry, HotResetEntry, PciDevice } from "../../mod.ts";
import type { Context } from "../context.ts";
import { isBound } from "../open.ts";

/** A device that a hot reset hits. */
export interface Hit {
  readonly address: string;
  readonly group: number | undefined;
  /** undefined: the machine does not list it. */
  readonly entry: DeviceEntry | undefined;
  /** It is in the way: a driver of the kernel has it. */
  readonly blocks: boolean;
}

/** What resets a device has. */
export interface ResetPlan {
  /** VFIO resets the function. */
  readonly function: boolean;
  /** How the kernel does it, the first choice first; it may be empty where it does not tell. */
  readonly methods: readonly string[];
  /** What a reset of the bus or slot hits; undefined: there is none. */
  readonly hot: readonly Hit[] | undefined;
}

/** Tells what resets an open device has. */
export function planOf(context: Context, device: PciDevice): ResetPlan {
  return {
    function: device.model.info().resettable,
    methods: context.host.details(device.address)?.resetMethods ?? [],
    hot: hotOf(device)?.map((hit) => hitOf(context, hit)),
  };
}

function hotOf({ model }: PciDevice): readonly HotResetEntry[] | undefined {
  try {
    return model.hotResetInfo().devices;
  } catch (error) {
    if (error instanceof VfioError && error.code === "ENODEV") return undefined;
    throw error;
  }
}

function hitOf({ host }: Context, { address, group }: HotResetEntry): Hit {
  const entry = host.find(address);
  // What nobody drives is hit as well, and does no harm to anybody; the kernel still wants its group.
  return { address, group, entry, blocks: entry !== undefined && !isBound(entry) };
}
