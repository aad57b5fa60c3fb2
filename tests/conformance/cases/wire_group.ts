/** Below the model: containers and groups. */
import { assertEquals } from "@std/assert";
import {
  VFIO_GET_API_VERSION,
  VFIO_GROUP_GET_DEVICE_FD,
  VFIO_GROUP_GET_STATUS,
  VFIO_GROUP_SET_CONTAINER,
} from "../../../uapi/vfio.ts";
import { attach, openContainer, openGroup } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, rule } from "../rule.ts";
import { pack, packInto, u32, UNKNOWN, wireOf } from "./wire_bytes.ts";

/** VFIO_IOMMU_ENABLE and VFIO_IOMMU_DISABLE are sPAPR's. */
const SPAPR_ENABLE = 0x3b73;
const SPAPR_DISABLE = 0x3b74;

export const wireGroup: readonly Rule[] = [
  rule(1, "VFIO_GET_API_VERSION passes over its argument", ["wire"], (machine) => {
    using container = openContainer(machine);
    for (const argument of [0n, 1n, 0xffff_ffffn]) {
      assertEquals(wireOf(machine).ioctl(container, VFIO_GET_API_VERSION, argument), 0);
    }
  }),

  rule(
    6,
    "A container without an IOMMU driver answers unknown ioctls with EINVAL",
    ["wire", "edu"],
    (machine) => {
      const wire = wireOf(machine);
      using container = openContainer(machine);
      using group = openGroup(machine);
      assertEquals(wire.ioctl(container, UNKNOWN, 0n), "EINVAL");
      assertEquals(wire.ioctl(container, VFIO_GROUP_GET_STATUS, pack(8, 0)), "EINVAL");
      group.setContainer(container);
      assertEquals(wire.ioctl(container, UNKNOWN, 0n), "EINVAL");
    },
  ),

  rule(
    7,
    "A container with an IOMMU driver answers unknown ioctls with ENOTTY",
    ["wire", "edu"],
    (machine) => {
      using edu = attach(machine);
      for (const request of [UNKNOWN, SPAPR_ENABLE, SPAPR_DISABLE, VFIO_GROUP_GET_STATUS]) {
        assertEquals(wireOf(machine).ioctl(edu.container, request, 0n), "ENOTTY", request.toString(16));
      }
    },
  ),

  rule(8, "A container cannot be read: EINVAL", ["wire"], (machine) => {
    using container = openContainer(machine);
    assertEquals(wireOf(machine).read(container, new Uint8Array(8)), "EINVAL");
  }),

  rule(16, "VFIO_GROUP_GET_STATUS takes a longer struct and leaves its argsz", ["wire", "edu"], (machine) => {
    using group = openGroup(machine);
    for (const size of [8, 100]) {
      const status = packInto(size, size);
      assertEquals(wireOf(machine).ioctl(group, VFIO_GROUP_GET_STATUS, status), 0);
      assertEquals(status, packInto(size, size, 1));
    }
  }),

  rule(
    17,
    "VFIO_GROUP_GET_STATUS refuses a short struct with EINVAL, NULL with EFAULT",
    ["wire", "edu"],
    (machine) => {
      using group = openGroup(machine);
      const status = pack(4, 0xdead);
      assertEquals(wireOf(machine).ioctl(group, VFIO_GROUP_GET_STATUS, status), "EINVAL");
      assertEquals(u32(status, 4), 0xdead);
      assertEquals(wireOf(machine).ioctl(group, VFIO_GROUP_GET_STATUS, 0n), "EFAULT");
    },
  ),

  rule(21, "VFIO_GROUP_GET_DEVICE_FD refuses NULL with EFAULT", ["wire", "edu"], (machine) => {
    using group = openGroup(machine);
    assertEquals(wireOf(machine).ioctl(group, VFIO_GROUP_GET_DEVICE_FD, 0n), "EFAULT");
  }),

  rule(23, "A group answers unknown ioctls and a container's with ENOTTY", ["wire", "edu"], (machine) => {
    using group = openGroup(machine);
    assertEquals(wireOf(machine).ioctl(group, UNKNOWN, 0n), "ENOTTY");
    assertEquals(wireOf(machine).ioctl(group, VFIO_GET_API_VERSION, 0n), "ENOTTY");
  }),

  rule(24, "VFIO_GROUP_SET_CONTAINER refuses -1 with EBADF, NULL with EFAULT", ["wire", "edu"], (machine) => {
    using group = openGroup(machine);
    assertEquals(wireOf(machine).ioctl(group, VFIO_GROUP_SET_CONTAINER, pack(0xffff_ffff)), "EBADF");
    assertEquals(wireOf(machine).ioctl(group, VFIO_GROUP_SET_CONTAINER, 0n), "EFAULT");
  }),

  rule(25, "VFIO_GROUP_SET_CONTAINER refuses a file that is no container", ["wire", "edu"], (machine) => {
    using group = openGroup(machine);
    const wire = wireOf(machine);
    const code = byKernel(machine, { "6.1": "EINVAL", "6.12": "EBADFD", "7.2": "EBADFD" });
    const set = (descriptor: number) => wire.ioctl(group, VFIO_GROUP_SET_CONTAINER, pack(descriptor));
    assertEquals(wire.withFile("/dev/null", set), code);
  }),
];
