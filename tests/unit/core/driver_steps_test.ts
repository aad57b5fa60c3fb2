import { assertEquals } from "@std/assert";
import { driverSteps } from "../../../core/driver_steps.ts";

const ADDRESS = "0000:00:05.0";
const OVERRIDE = `/sys/bus/pci/devices/${ADDRESS}/driver_override`;
const RELEASE = { path: `/sys/bus/pci/devices/${ADDRESS}/driver/unbind`, text: ADDRESS };
const PROBE = { path: "/sys/bus/pci/drivers_probe", text: ADDRESS };

Deno.test("driverSteps() names the new driver before the old one lets go", () => {
  assertEquals(driverSteps(ADDRESS, "nvme", "vfio-pci", true), [
    { path: OVERRIDE, text: "vfio-pci\n" },
    RELEASE,
    PROBE,
  ]);
});

Deno.test("driverSteps() takes a device without a driver from nobody", () => {
  assertEquals(driverSteps(ADDRESS, undefined, "vfio-pci", true), [
    { path: OVERRIDE, text: "vfio-pci\n" },
    PROBE,
  ]);
});

Deno.test("driverSteps() leaves driver_override clear unless it is to be kept", () => {
  const clear = { path: OVERRIDE, text: "\n" };
  assertEquals(driverSteps(ADDRESS, "vfio-pci", "nvme", false), [
    { path: OVERRIDE, text: "nvme\n" },
    RELEASE,
    PROBE,
    clear,
  ]);
  assertEquals(driverSteps(ADDRESS, "vfio-pci", undefined, false), [clear, RELEASE, PROBE]);
});
