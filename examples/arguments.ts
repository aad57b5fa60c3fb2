/** What the examples' command lines share: `[--backend linux ADDRESS]`. */
import type { Backend } from "@vfio/vfio";
import { EmulatedEdu } from "@vfio/vfio/devices";
import { EmulatedHost } from "@vfio/vfio/emulated";
import { linux } from "@vfio/vfio/linux";

/** Where an example finds its edu device. */
export interface Target {
  readonly backend: Backend;
  readonly address: string;
}

/** Reads the command line: an emulated host with an edu device, unless Linux is asked for. */
export function target(args: readonly string[], usage: string): Target {
  if (args.length === 0) {
    const address = "0000:00:04.0";
    return { backend: new EmulatedHost().plug(address, new EmulatedEdu()), address };
  }
  const [option, name, address, ...rest] = args;
  if (option !== "--backend" || name !== "linux" || address === undefined || rest.length > 0) {
    console.error(`usage: ${usage} [--backend linux ADDRESS]`);
    Deno.exit(2);
  }
  return { backend: linux(), address };
}
