/** Below the model: a device, its regions, features and resets. */
import { assertEquals } from "@std/assert";
import {
  VFIO_DEVICE_FEATURE,
  VFIO_DEVICE_GET_INFO,
  VFIO_DEVICE_GET_PCI_HOT_RESET_INFO,
  VFIO_DEVICE_GET_REGION_INFO,
  VFIO_DEVICE_IOEVENTFD,
  VFIO_DEVICE_PCI_HOT_RESET,
  VFIO_GROUP_GET_STATUS,
} from "../../../uapi/vfio.ts";
import { PAGE, ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, rule } from "../rule.ts";
import { pack, packInto, u32, UNKNOWN, wireOf } from "./wire_bytes.ts";

const QUERY_GFX_PLANE = 0x3b72;
const BIND_IOMMUFD = 0x3b76;
const ATTACH_IOMMUFD_PT = 0x3b77;
const PROBE = 1 << 18;
const PROT = { read: 1, readWrite: 3, readExec: 5 } as const;
const MAP = { shared: 1, private: 2 } as const;

export const wireDevice: readonly Rule[] = [
  rule(36, "fdinfo of a device names its place in sysfs from Linux 6.16 on", ["wire", "edu"], (machine) => {
    using edu = ready(machine);
    const line = /^vfio-device-syspath:\s*\/sys\/devices\/.*$/m.exec(wireOf(machine).fdinfo(edu.device));
    assertEquals(line !== null, byKernel(machine, { "6.1": false, "6.12": false, "7.2": true }));
  }),

  rule(93, "VFIO_DEVICE_GET_INFO refuses a short struct with EINVAL, and takes any longer one", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    const wire = wireOf(machine);
    assertEquals(wire.ioctl(edu.device, VFIO_DEVICE_GET_INFO, packInto(64, 15)), "EINVAL");
    for (let size = 16; size <= 64; size++) {
      const info = packInto(64, size);
      assertEquals(wire.ioctl(edu.device, VFIO_DEVICE_GET_INFO, info), 0);
      assertEquals([u32(info, 4), u32(info, 8), u32(info, 12)], [2, 9, 5]);
    }
  }),

  rule(95, "VFIO_DEVICE_GET_REGION_INFO without room for capabilities tells how much they need", [
    "wire",
    "nvme",
  ], (machine) => {
    using nvme = ready(machine, "nvme");
    const wire = wireOf(machine);
    const short = packInto(64, 32);
    assertEquals(wire.ioctl(nvme.device, VFIO_DEVICE_GET_REGION_INFO, short), 0);
    assertEquals([u32(short, 0), u32(short, 4), u32(short, 12)], [40, 15, 0]);
    const long = packInto(64, 40);
    assertEquals(wire.ioctl(nvme.device, VFIO_DEVICE_GET_REGION_INFO, long), 0);
    assertEquals([u32(long, 0), u32(long, 12)], [40, 32]);
    assertEquals([...long.subarray(32, 40)], [3, 0, 1, 0, 0, 0, 0, 0]);
  }),

  rule(96, "VFIO_DEVICE_GET_REGION_INFO refuses a short struct with EINVAL", ["wire", "edu"], (machine) => {
    using edu = ready(machine);
    assertEquals(wireOf(machine).ioctl(edu.device, VFIO_DEVICE_GET_REGION_INFO, packInto(32, 31)), "EINVAL");
  }),

  rule(
    98,
    "A device answers unknown ioctls, and those of others, with ENOTTY",
    ["wire", "edu"],
    (machine) => {
      using edu = ready(machine);
      const wire = wireOf(machine);
      for (const request of [UNKNOWN, VFIO_GROUP_GET_STATUS, QUERY_GFX_PLANE]) {
        assertEquals(wire.ioctl(edu.device, request, packInto(64, 64)), "ENOTTY", request.toString(16));
      }
      if (machine.backend.iommufd !== undefined) return;
      for (const request of [BIND_IOMMUFD, ATTACH_IOMMUFD_PT]) {
        assertEquals(wire.ioctl(edu.device, request, packInto(64, 64)), "ENOTTY", request.toString(16));
      }
    },
  ),

  rule(101, "pread() of a device refuses negative offsets with EINVAL", ["wire", "edu"], (machine) => {
    using edu = ready(machine);
    for (const offset of [-1n, -4096n, -(2n ** 40n)]) {
      assertEquals(wireOf(machine).pread(edu.device, offset, new Uint8Array(4)), "EINVAL");
    }
  }),

  rule(107, "mmap() of a device refuses MAP_PRIVATE with EINVAL", ["wire", "edu"], (machine) => {
    using edu = ready(machine);
    const wire = wireOf(machine);
    assertEquals(wire.mmap(edu.device, 0n, PAGE, PROT.readWrite, MAP.private), "EINVAL");
    assertEquals(wire.mmap(edu.device, 0n, PAGE, PROT.read, MAP.shared), 0);
  }),

  rule(108, "mmap() of a device refuses PROT_EXEC with EPERM where device files are not executable", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    const answer = byKernel(machine, { "6.1": 0, "6.12": 0, "7.2": "EPERM" });
    assertEquals(wireOf(machine).mmap(edu.device, 0n, PAGE, PROT.readExec, MAP.shared), answer);
  }),

  rule(
    155,
    "VFIO_DEVICE_FEATURE refuses short structs and unknown flags with EINVAL",
    ["wire", "edu"],
    (machine) => {
      using edu = ready(machine);
      const ask = (argsz: number, flags: number) =>
        wireOf(machine).ioctl(edu.device, VFIO_DEVICE_FEATURE, packInto(64, argsz, flags));
      assertEquals(ask(7, 3 | PROBE), "EINVAL");
      assertEquals(ask(8, 3 | PROBE | 1 << 19), "EINVAL");
      assertEquals(ask(8, 3 | PROBE), 0);
    },
  ),

  rule(157, "VFIO_DEVICE_IOEVENTFD refuses short structs and descriptors below -1 with EINVAL", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    using signal = machine.backend.createSignal();
    const wire = wireOf(machine);
    const ask = (argsz: number, descriptor: number) =>
      wire.ioctl(edu.device, VFIO_DEVICE_IOEVENTFD, packInto(32, argsz, 4, 4n, 0x55n, descriptor >>> 0));
    assertEquals(ask(27, wire.descriptor(signal)), "EINVAL");
    assertEquals(ask(32, -2), "EINVAL");
    assertEquals(ask(28, wire.descriptor(signal)), 0);
  }),

  rule(162, "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO refuses a short struct before it looks for a reset", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = ready(machine);
    const ask = (argsz: number) =>
      wireOf(machine).ioctl(edu.device, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, packInto(64, argsz));
    assertEquals([ask(11), ask(12)], ["EINVAL", "ENODEV"]);
  }),

  rule(163, "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO without room tells how many devices there are", [
    "wire",
    "bridge-a",
    "bridge-b",
  ], (machine) => {
    using bridged = ready(machine, "bridge-a");
    const info = packInto(256, 12);
    assertEquals(wireOf(machine).ioctl(bridged.device, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, info), "ENOSPC");
    assertEquals(u32(info, 8) >= 2, true);
  }),

  rule(164, "VFIO_DEVICE_PCI_HOT_RESET refuses flags with EINVAL", ["wire", "edu"], (machine) => {
    using edu = ready(machine);
    const wire = wireOf(machine);
    const request = (flags: number) => pack(16, flags, 1, wire.descriptor(edu.group));
    assertEquals(wire.ioctl(edu.device, VFIO_DEVICE_PCI_HOT_RESET, request(1)), "EINVAL");
    assertEquals(wire.ioctl(edu.device, VFIO_DEVICE_PCI_HOT_RESET, pack(11, 0, 1, 0)), "EINVAL");
  }),
];
