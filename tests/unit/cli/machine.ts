/** The machine of most tests: a device that is ready, one that another function blocks, and a network card in use. */
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import type { EmulatedHostOptions } from "../../../backends/emulated/mod.ts";
import { EmulatedEdu } from "../../../devices/edu/model.ts";
import { PassiveIgb } from "../../../devices/passive/igb.ts";
import { passiveNvme, passiveRootPort } from "../../../devices/passive/shapes.ts";

export const EDU = "0000:00:04.0";
export const NVME = "0000:00:05.0";
/** In one group with the NVMe. */
export const SIBLING = "0000:00:05.1";
export const NIC = "0000:01:00.0";
export const PORT = "0000:00:06.0";

/** Switches it on. */
export function machine(options: EmulatedHostOptions = {}): EmulatedHost {
  const host = new EmulatedHost(options)
    .plug(EDU, new EmulatedEdu())
    .plug(NVME, passiveNvme(), { driver: "nvme" })
    .plug(SIBLING, new EmulatedEdu())
    .plug(PORT, passiveRootPort(), { driver: "pcieport" })
    .plug(NIC, new PassiveIgb(), { driver: "igb" });
  host.surroundings.name(NVME, "nvme0").name(NIC, "eth0").use(NIC, {
    kind: "route",
    name: "eth0",
    place: "default",
  });
  return host;
}
