/** Controllers that claim other capabilities than they have. */
import { NVME, packFields } from "../../../../../devices/mod.ts";
import type { BarModel } from "../../../../../devices/mod.ts";
import { withBar } from "../wraps.ts";
import { Machine } from "./machine.ts";
import type { MachineOptions } from "./machine.ts";

/** A machine whose controller has other capabilities. */
export function claiming(
  cap: Parameters<typeof packFields<typeof NVME.cap>>[1],
  options: MachineOptions = {},
): Machine {
  const value = packFields(NVME.cap, { mqes: 2047, cqr: true, to: 15, css: 1, mpsmax: 4, ...cap });
  const bar = (inner: BarModel): BarModel => ({
    read: (offset, width) => {
      if (offset === 0) return Number(value & 0xffff_ffffn);
      return offset === 4 ? Number(value >> 32n) : inner.read(offset, width);
    },
    write: (offset, width, written) => inner.write(offset, width, written),
  });
  return new Machine({ ...options, wrap: (nvme) => withBar(nvme, bar) });
}
