/** The machine of the rows, emulated. */
import { EmulatedEdu, EmulatedNvme, passiveE1000e, passiveNvme } from "../../../../devices/mod.ts";
import { EmulatedHost } from "../../../../backends/emulated/mod.ts";

/** Its devices: nobody has FREE, and KERNEL's driver keeps BLOCKED's group from being opened. */
export const ADDRESSES = {
  EDU: "0000:00:04.0",
  NVME: "0000:00:05.0",
  E1000E: "0000:00:06.0",
  FREE: "0000:00:07.0",
  KERNEL: "0000:00:08.0",
  BLOCKED: "0000:00:08.1",
} as const;

/** Switches it on. The kernel's log is root's; EDU's and BLOCKED's groups belong to uid 1000. */
export function machine(): EmulatedHost {
  const host = new EmulatedHost()
    .plug(ADDRESSES.EDU, new EmulatedEdu())
    .plug(ADDRESSES.NVME, new EmulatedNvme())
    .plug(ADDRESSES.E1000E, passiveE1000e())
    .plug(ADDRESSES.FREE, passiveNvme(), { driver: null })
    .plug(ADDRESSES.KERNEL, passiveNvme(), { driver: "nvme" })
    .plug(ADDRESSES.BLOCKED, new EmulatedEdu());
  for (const address of [ADDRESSES.EDU, ADDRESSES.BLOCKED]) {
    host.host.chownGroup(host.host.find(address)?.group ?? NaN, "1000");
  }
  return host;
}
