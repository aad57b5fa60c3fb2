import { assertEquals } from "@std/assert";
import { EmulatedHost } from "../../../backends/emulated/mod.ts";
import { express } from "../../../devices/capabilities.ts";
import { ConfigSpace } from "../../../devices/config_space.ts";
import type { DeviceModel } from "../../../devices/device_model.ts";
import { PassiveDevice } from "../../../devices/passive/passive_device.ts";
import { passiveNvme } from "../../../devices/passive/shapes.ts";
import { singleRootIov } from "../../../devices/sriov.ts";
import type { PhysicalFunctionModel } from "../../../devices/sriov.ts";
import { codeOf, ready } from "./ready.ts";

const PF = "0000:01:00.0";
const ENABLED = { "vfio_pci.enable_sriov": true };

/** A function whose registers say that it makes virtual ones, from a routing id on. */
function space(firstOffset: number, stride: number): ConfigSpace {
  const sriov = singleRootIov({ total: 600, firstOffset, stride, device: 0x11, bars: {} });
  return new ConfigSpace({ vendor: 0x10, device: 0x10, classCode: 0xff0000 }).bar(0, {
    kind: "memory32",
    size: 4096,
  })
    .capability(express({ flr: true })).extendedCapability(sriov);
}

class Physical extends PassiveDevice implements PhysicalFunctionModel {
  virtualFunction(): DeviceModel {
    return new PassiveDevice(new ConfigSpace({ vendor: 0x10, device: 0x11, classCode: 0xff0000 }));
  }
}

Deno.test("VirtualFunctions lie on other buses where their routing ids do", () => {
  const host = new EmulatedHost({ parameters: ENABLED }).plug(PF, new Physical(space(0x1fd, 0x104)));
  assertEquals(host.sysfs.sriovNumvfs(PF, 3), undefined);
  assertEquals(host.sysfs.virtualFunctions(PF), ["0000:02:1f.5", "0000:04:00.1", "0000:05:00.5"]);
});

Deno.test("VirtualFunctions.setCount() takes as many as the registers say, and whole numbers alone", () => {
  const host = new EmulatedHost({ parameters: ENABLED }).plug(PF, new Physical(space(0x100, 1)));
  const set = (count: number) => host.sysfs.sriovNumvfs(PF, count);
  assertEquals([set(-1), set(1.5), set(0x1_0000), set(0xffff), set(601)], [
    "EINVAL",
    "EINVAL",
    "EINVAL",
    "ERANGE",
    "ERANGE",
  ]);
  assertEquals([set(0), set(2), set(2), set(3), set(0)], [
    undefined,
    undefined,
    undefined,
    "EBUSY",
    undefined,
  ]);
});

Deno.test("A device with the capability's registers and no virtual functions makes none, and takes no token", () => {
  const host = new EmulatedHost({ parameters: ENABLED }).plug(PF, new PassiveDevice(space(0x100, 1)));
  assertEquals(host.sysfs.sriovNumvfs(PF, 1), "ENOENT");
  using open = ready(host, PF);
  const token = { feature: 0, set: true, data: new Uint8Array(16) };
  assertEquals(codeOf(() => open.device.feature(token)), "ENOTTY");
});

Deno.test("A model that could make virtual functions, without the capability, makes none", () => {
  const host = new EmulatedHost({ parameters: ENABLED }).plug(PF, new Physical(passiveNvme().config));
  assertEquals(host.sysfs.sriovNumvfs(PF, 1), "ENOENT");
});
