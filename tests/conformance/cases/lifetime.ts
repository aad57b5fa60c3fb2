/** Who keeps what alive: containers, groups, devices and mappings closed in any order. */
import { assertEquals } from "@std/assert";
import { EDU_ID } from "../edu.ts";
import { refused } from "../expect.ts";
import { attach, IOVA, map, openContainer, openGroup, PAGE, ready, typeOf } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

export const lifetime: readonly Rule[] = [
  rule(13, "Group.unsetContainer() of the last group ends the IOMMU driver and every mapping", [
    "edu",
    "edu2",
  ], (machine) => {
    using container = openContainer(machine);
    using first = openGroup(machine, "edu");
    using second = openGroup(machine, "edu2");
    using memory = machine.backend.allocate(PAGE);
    first.setContainer(container);
    second.setContainer(container);
    const iommu = container.setIommu(typeOf(machine));
    map(iommu, IOVA, memory);
    first.unsetContainer();
    second.unsetContainer();
    assertEquals(iommu.type, undefined);
    refused("VFIO_IOMMU_MAP_DMA", "EINVAL", () => map(iommu, IOVA, memory));
    refused("VFIO_SET_IOMMU", "EINVAL", () => container.setIommu("type1"));
    second.setContainer(container);
    container.setIommu("type1");
    assertEquals(iommu.unmap({ iova: 0n, size: 0n, all: true }), 0n);
    map(iommu, IOVA, memory);
  }),

  rule(14, "Container dispose leaves its groups attached until they leave", ["edu"], (machine) => {
    using group = openGroup(machine);
    {
      using container = openContainer(machine);
      group.setContainer(container);
    }
    assertEquals(group.status().containerSet, true);
    using other = openContainer(machine);
    refused("VFIO_GROUP_SET_CONTAINER", "EINVAL", () => group.setContainer(other));
    group.unsetContainer();
    group.setContainer(other);
  }),

  rule(
    33,
    "Device works on after its group and container are closed, and keeps the group busy",
    ["edu"],
    (machine) => {
      using edu = ready(machine);
      edu.group[Symbol.dispose]();
      edu.container[Symbol.dispose]();
      assertEquals(edu.device.region(7).read32(0), 0x11e8_1234);
      assertEquals(edu.device.info().irqs, 5);
      refused("open", "EBUSY", () => openGroup(machine));
      edu.device[Symbol.dispose]();
      using group = openGroup(machine);
      assertEquals(group.status(), { viable: true, containerSet: false });
    },
  ),

  rule(34, "Mapping works on after every handle is closed, and keeps the group busy", ["edu"], (machine) => {
    const edu = ready(machine);
    using _closing = edu;
    using bar = edu.device.region(0).map();
    edu[Symbol.dispose]();
    assertEquals(bar.read32(0), EDU_ID);
    refused("open", "EBUSY", () => openGroup(machine));
    bar[Symbol.dispose]();
    openGroup(machine)[Symbol.dispose]();
  }),

  rule(35, "Group dispose without a device takes the group out of its container", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    map(edu.iommu, IOVA, memory);
    edu.group[Symbol.dispose]();
    refused("VFIO_IOMMU_MAP_DMA", "EINVAL", () => map(edu.iommu, IOVA, memory));
    refused("VFIO_SET_IOMMU", "EINVAL", () => edu.container.setIommu(3));
  }),

  promise("Group dispose with an open device leaves its mappings alone", ["edu"], (machine) => {
    using edu = ready(machine);
    using memory = machine.backend.allocate(PAGE);
    map(edu.iommu, IOVA, memory);
    edu.group[Symbol.dispose]();
    refused("VFIO_IOMMU_MAP_DMA", "EEXIST", () => map(edu.iommu, IOVA, memory));
    assertEquals(edu.iommu.unmap({ iova: IOVA, size: 4096n }), 4096n);
  }),

  promise("Device dispose of the last handle forgets what the user changed", ["edu"], (machine) => {
    using edu = attach(machine);
    {
      using device = edu.group.openDevice(edu.address);
      using signal = machine.backend.createSignal();
      device.region(7).write16(4, 0x0007);
      device.setIrqs({ index: 0, action: "trigger", signals: [signal] });
    }
    using device = edu.group.openDevice(edu.address);
    assertEquals(device.region(7).read16(4) & 6, 2);
    refused("VFIO_DEVICE_SET_IRQS", "EINVAL", () => device.setIrqs({ index: 0, action: "trigger", none: 1 }));
  }),
];
