/** Device features: what vfio-pci has beyond the fixed calls. */
import { assertEquals } from "@std/assert";
import { answers, refused } from "../expect.ts";
import { ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, rule } from "../rule.ts";

const FEATURE = "VFIO_DEVICE_FEATURE";
const LOW_POWER_ENTRY = 3;
const LOW_POWER_ENTRY_WITH_WAKEUP = 4;
const LOW_POWER_EXIT = 5;

export const features: readonly Rule[] = [
  rule(
    153,
    "Device.feature() probes low power; what vfio-pci does not have is ENOTTY",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      for (const feature of [3, 4, 5]) edu.device.feature({ feature, probe: true });
      for (const feature of [0, 1, 2, 6, 7, 8, 9, 10, 13]) {
        refused(FEATURE, "ENOTTY", () => edu.device.feature({ feature, probe: true }));
      }
    },
  ),

  rule(154, "Device.feature() probes what newer kernels have", ["edu"], (machine) => {
    using edu = ready(machine);
    const dmaBuf = byKernel(machine, { "6.1": "ENOTTY", "6.12": "ENOTTY", "7.2": 0 });
    const precopy = byKernel(machine, { "6.1": "ENOTTY", "6.12": "ENOTTY", "7.2": "EINVAL" });
    answers(FEATURE, dmaBuf, () => edu.device.feature({ feature: 11, probe: true }));
    answers(FEATURE, precopy, () => edu.device.feature({ feature: 12, probe: true }));
  }),

  rule(
    155,
    "Device.feature() refuses what is no operation, or not the feature's, with EINVAL",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const feature = LOW_POWER_ENTRY;
      refused(FEATURE, "EINVAL", () => edu.device.feature({ feature, get: true, set: true }));
      refused(FEATURE, "EINVAL", () => edu.device.feature({ feature }));
      refused(FEATURE, "EINVAL", () => edu.device.feature({ feature, get: true }));
      refused(FEATURE, "EINVAL", () => edu.device.feature({ feature, probe: true, get: true }));
      edu.device.feature({ feature, probe: true, set: true });
    },
  ),

  rule(
    156,
    "Device.feature() enters low power once, and leaves it as often as one likes",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const set = (feature: number) => edu.device.feature({ feature, set: true });
      set(LOW_POWER_EXIT);
      set(LOW_POWER_ENTRY);
      refused(FEATURE, "EINVAL", () => set(LOW_POWER_ENTRY));
      assertEquals(edu.device.region(7).read32(0), 0x11e8_1234);
      assertEquals(edu.device.region(0).read32(0), 0x0100_00ed);
      set(LOW_POWER_EXIT);
      set(LOW_POWER_EXIT);
    },
  ),

  rule(
    156,
    "Device.feature() refuses a wakeup that is too short, or without a signal, with EINVAL",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      const feature = LOW_POWER_ENTRY_WITH_WAKEUP;
      refused(FEATURE, "EINVAL", () => edu.device.feature({ feature, set: true, data: new Uint8Array(4) }));
      const none = { at: 0, signal: null };
      const data = new Uint8Array(8);
      refused(FEATURE, "EINVAL", () => edu.device.feature({ feature, set: true, data, signal: none }));
      using wakeup = machine.backend.createSignal();
      edu.device.feature({ feature, set: true, data, signal: { at: 0, signal: wakeup } });
      edu.device.feature({ feature: LOW_POWER_EXIT, set: true });
    },
  ),
];
