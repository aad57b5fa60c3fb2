/** Several groups in a container, and several containers. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import { attach, IOVA, map, openContainer, openGroup, P, PAGE, typeOf } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { rule } from "../rule.ts";

const MAP_DMA = "VFIO_IOMMU_MAP_DMA";
const SET_CONTAINER = "VFIO_GROUP_SET_CONTAINER";

export const sharing: readonly Rule[] = [
  rule(
    46,
    "Group.unsetContainer() of one of two groups keeps driver and mappings",
    ["edu", "edu2"],
    (machine) => {
      using container = openContainer(machine);
      using first = openGroup(machine, "edu");
      using second = openGroup(machine, "edu2");
      using memory = machine.backend.allocate(PAGE);
      first.setContainer(container);
      const iommu = container.setIommu(typeOf(machine));
      map(iommu, IOVA, memory);
      second.setContainer(container);
      first.unsetContainer();
      refused(MAP_DMA, "EEXIST", () => map(iommu, IOVA, memory));
      assertEquals(iommu.type, typeOf(machine));
      first.setContainer(container);
      assertEquals(first.status().containerSet, true);
      assertEquals(iommu.unmap({ iova: IOVA, size: P }), P);
    },
  ),

  rule(47, "IommuDriver.map() takes the same iova in two containers", ["edu", "edu2"], (machine) => {
    using first = attach(machine, "edu");
    using second = attach(machine, "edu2");
    using memory = machine.backend.allocate(2 * PAGE);
    map(first.iommu, IOVA, memory);
    map(second.iommu, IOVA, memory);
    assertEquals(first.iommu.unmap({ iova: IOVA, size: 2n * P }), 2n * P);
    refused(MAP_DMA, "EEXIST", () => map(second.iommu, IOVA, memory));
  }),

  rule(
    83,
    "Group.setContainer() refuses a container with an invalid vaddr with EBUSY",
    ["edu", "edu2"],
    (machine) => {
      using edu = attach(machine);
      using second = openGroup(machine, "edu2");
      using memory = machine.backend.allocate(PAGE);
      map(edu.iommu, IOVA, memory);
      edu.iommu.unmap({ iova: IOVA, size: P, invalidateVaddr: true });
      refused(SET_CONTAINER, "EBUSY", () => second.setContainer(edu.container));
      edu.iommu.map({ iova: IOVA, vaddr: memory.vaddr, size: P, updateVaddr: true });
      second.setContainer(edu.container);
    },
  ),
];
