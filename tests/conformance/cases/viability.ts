/** Viable groups: nobody in them does DMA for the kernel. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import { addressOf, keepBound, openContainer, openGroup, unbind } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { rule } from "../rule.ts";

const DMA_DRIVER = "uio_pci_generic";
const SET_CONTAINER = "VFIO_GROUP_SET_CONTAINER";

export const viability: readonly Rule[] = [
  rule(39, "Group.setContainer() refuses a group with a member on a kernel driver with EPERM", [
    "bridge-a",
    "bridge-b",
    "control",
  ], (machine) => {
    const { control } = machine;
    const sibling = addressOf(machine, "bridge-b");
    using _kept = keepBound(machine, sibling);
    unbind(machine, sibling);
    control?.driverOverride(sibling, DMA_DRIVER);
    assertEquals(control?.driversProbe(sibling), undefined);
    try {
      using group = openGroup(machine, "bridge-a");
      assertEquals(group.status(), { viable: false, containerSet: false });
      using container = openContainer(machine);
      refused(SET_CONTAINER, "EPERM", () => group.setContainer(container));
      refused("VFIO_SET_IOMMU", "EINVAL", () => container.setIommu(3));
    } finally {
      unbind(machine, sibling);
    }
  }),

  rule(
    40,
    "Group.status() is viable with a member that has no driver",
    ["bridge-a", "bridge-b", "control"],
    (machine) => {
      const sibling = addressOf(machine, "bridge-b");
      using _kept = keepBound(machine, sibling);
      unbind(machine, sibling);
      using group = openGroup(machine, "bridge-a");
      assertEquals(group.status().viable, true);
      using container = openContainer(machine);
      group.setContainer(container);
    },
  ),

  rule(41, "Group.setContainer() keeps kernel drivers away from the group's members", [
    "bridge-a",
    "bridge-b",
    "control",
  ], (machine) => {
    const { control, backend } = machine;
    const sibling = addressOf(machine, "bridge-b");
    using _kept = keepBound(machine, sibling);
    unbind(machine, sibling);
    using container = openContainer(machine);
    using group = openGroup(machine, "bridge-a");
    group.setContainer(container);
    control?.driverOverride(sibling, DMA_DRIVER);
    assertEquals(control?.bindFile(sibling, DMA_DRIVER), "EBUSY");
    assertEquals(control?.driversProbe(sibling), "EINVAL");
    assertEquals(backend.host.find(sibling)?.driver, undefined);
  }),
];
