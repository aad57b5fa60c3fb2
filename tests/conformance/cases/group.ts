/** The group: exclusive, with a state, in at most one container. */
import { assertEquals } from "@std/assert";
import type { Container } from "../../../core/container.ts";
import { refused } from "../expect.ts";
import { addressOf, groupsOf, openContainer, openGroup, ready } from "../ready.ts";
import { groupOf } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, promise, rule } from "../rule.ts";

const SET_CONTAINER = "VFIO_GROUP_SET_CONTAINER";
const UNSET_CONTAINER = "VFIO_GROUP_UNSET_CONTAINER";
const GET_DEVICE_FD = "VFIO_GROUP_GET_DEVICE_FD";

export const group: readonly Rule[] = [
  rule(15, "Backend.openGroup() refuses a group that is open with EBUSY", ["edu"], (machine) => {
    {
      using _group = openGroup(machine);
      refused("open", "EBUSY", () => openGroup(machine));
    }
    openGroup(machine)[Symbol.dispose]();
  }),

  promise("Backend.openGroup() refuses a group that does not exist with ENOENT", [], (machine) => {
    refused("open", "ENOENT", () => groupsOf(machine.backend).openGroup(99_999));
  }),

  rule(16, "Group.status() of a fresh group is viable", ["edu"], (machine) => {
    using group = openGroup(machine);
    assertEquals(group.id, groupOf(machine, "edu"));
    assertEquals(group.status(), { viable: true, containerSet: false });
  }),

  rule(18, "Group.status() tells that a container is set", ["edu"], (machine) => {
    using container = openContainer(machine);
    using group = openGroup(machine);
    group.setContainer(container);
    assertEquals(group.status(), { viable: true, containerSet: true });
    group.unsetContainer();
    assertEquals(group.status(), { viable: true, containerSet: false });
  }),

  rule(19, "Group.openDevice() refuses a group without a container with EINVAL", ["edu"], (machine) => {
    using group = openGroup(machine);
    refused(GET_DEVICE_FD, "EINVAL", () => group.openDevice(addressOf(machine, "edu")));
  }),

  rule(20, "Group.openDevice() looks for the device before it looks for a container", ["edu"], (machine) => {
    using group = openGroup(machine);
    refused(GET_DEVICE_FD, "ENODEV", () => group.openDevice("nope"));
  }),

  rule(22, "Group.unsetContainer() refuses a group without a container with EINVAL", ["edu"], (machine) => {
    using group = openGroup(machine);
    refused(UNSET_CONTAINER, "EINVAL", () => group.unsetContainer());
  }),

  rule(24, "Group.setContainer() refuses a closed container with EBADF", ["edu"], (machine) => {
    using group = openGroup(machine);
    const container = openContainer(machine);
    container[Symbol.dispose]();
    refused(SET_CONTAINER, "EBADF", () => group.setContainer(container));
    assertEquals(group.status().containerSet, false);
  }),

  rule(25, "Group.setContainer() refuses a descriptor of another kind", ["edu"], (machine) => {
    using group = openGroup(machine);
    const code = byKernel(machine, { "6.1": "EINVAL", "6.12": "EBADFD", "7.2": "EBADFD" });
    refused(SET_CONTAINER, code, () => group.setContainer(group as unknown as Container));
  }),

  rule(26, "Group.setContainer() refuses a group that has a container with EINVAL", ["edu"], (machine) => {
    using container = openContainer(machine);
    using other = openContainer(machine);
    using group = openGroup(machine);
    group.setContainer(container);
    refused(SET_CONTAINER, "EINVAL", () => group.setContainer(container));
    refused(SET_CONTAINER, "EINVAL", () => group.setContainer(other));
  }),

  rule(
    27,
    "Group.openDevice() refuses a container without an IOMMU driver with EINVAL",
    ["edu"],
    (machine) => {
      using container = openContainer(machine);
      using group = openGroup(machine);
      group.setContainer(container);
      refused(GET_DEVICE_FD, "EINVAL", () => group.openDevice(addressOf(machine, "edu")));
    },
  ),

  rule(31, "Group.unsetContainer() refuses a group with an open device with EBUSY", ["edu"], (machine) => {
    using edu = ready(machine);
    refused(UNSET_CONTAINER, "EBUSY", () => edu.group.unsetContainer());
    refused(SET_CONTAINER, "EINVAL", () => edu.group.setContainer(edu.container));
  }),

  rule(32, "Group.unsetContainer() refuses as long as one of two handles is open", ["edu"], (machine) => {
    using edu = ready(machine);
    {
      using _second = edu.group.openDevice(edu.address);
      edu.device[Symbol.dispose]();
      refused(UNSET_CONTAINER, "EBUSY", () => edu.group.unsetContainer());
    }
    edu.group.unsetContainer();
    assertEquals(edu.group.status().containerSet, false);
  }),
];
