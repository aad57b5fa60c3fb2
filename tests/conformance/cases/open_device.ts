/** Names that Group.openDevice() takes, and those it does not. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import { addressOf, attach, openContainer, openGroup, typeOf } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

const GET_DEVICE_FD = "VFIO_GROUP_GET_DEVICE_FD";
const TOKEN = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";

export const openDevice: readonly Rule[] = [
  rule(
    28,
    "Group.openDevice() refuses names that no device of the group has with ENODEV",
    ["edu"],
    (machine) => {
      using edu = attach(machine);
      const { address, group } = edu;
      for (const name of ["foo", "", `${address}x`, address.slice(0, -1), ` ${address}`, address.slice(5)]) {
        refused(GET_DEVICE_FD, "ENODEV", () => group.openDevice(name));
      }
    },
  ),

  rule(28, "Group.openDevice() refuses a device of another group with ENODEV", ["edu", "edu2"], (machine) => {
    using edu = attach(machine);
    refused(GET_DEVICE_FD, "ENODEV", () => edu.group.openDevice(addressOf(machine, "edu2")));
  }),

  rule(
    29,
    "Group.openDevice() refuses options it does not know, or cannot read, with EINVAL",
    ["edu"],
    (machine) => {
      using edu = attach(machine);
      const { address, group } = edu;
      for (
        const option of ["x", "vf_token=abc", `vf_token=${TOKEN}`, `vf_token=${TOKEN} vf_token=${TOKEN}`]
      ) {
        refused(GET_DEVICE_FD, "EINVAL", () => group.openDevice(`${address} ${option}`));
      }
    },
  ),

  rule(
    30,
    "Group.openDevice() passes over spaces at the end, and opens a device twice",
    ["edu"],
    (machine) => {
      using edu = attach(machine);
      using first = edu.group.openDevice(`${edu.address}  `);
      using second = edu.group.openDevice(edu.address);
      first.region(7).write8(0x3c, 0x5a);
      assertEquals(second.region(7).read8(0x3c), 0x5a);
    },
  ),

  rule(42, "Group.openDevice() opens two devices of one group", ["bridge-a", "bridge-b"], (machine) => {
    using container = openContainer(machine);
    using group = openGroup(machine, "bridge-a");
    group.setContainer(container);
    container.setIommu(typeOf(machine));
    using a = group.openDevice(addressOf(machine, "bridge-a"));
    using b = group.openDevice(addressOf(machine, "bridge-b"));
    assertEquals([a.info().pci, b.info().pci], [true, true]);
    refused("VFIO_GROUP_UNSET_CONTAINER", "EBUSY", () => group.unsetContainer());
  }),

  promise("Device.name is the address it was opened by", ["edu"], (machine) => {
    using edu = attach(machine);
    using device = edu.group.openDevice(edu.address);
    assertEquals(device.name, edu.address);
  }),
];
