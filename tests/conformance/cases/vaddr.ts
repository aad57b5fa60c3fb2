/** Addresses of this process that go and come back under live mappings. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import { attach, IOVA, map, P, PAGE } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { rule } from "../rule.ts";

const MAP_DMA = "VFIO_IOMMU_MAP_DMA";
const UNMAP_DMA = "VFIO_IOMMU_UNMAP_DMA";

export const vaddr: readonly Rule[] = [
  rule(81, "IommuDriver.unmap() marks a vaddr invalid once", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(2 * PAGE);
    map(edu.iommu, IOVA, memory);
    const invalidate = { iova: IOVA, size: 2n * P, invalidateVaddr: true };
    assertEquals(edu.iommu.unmap(invalidate), 2n * P);
    refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap(invalidate));
    refused(MAP_DMA, "EEXIST", () => map(edu.iommu, IOVA, memory));
    assertEquals(edu.iommu.unmap({ iova: IOVA, size: 2n * P }), 2n * P);
  }),

  rule(81, "IommuDriver.unmap() undoes what it marked when it meets an invalid vaddr", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    map(edu.iommu, IOVA, memory);
    map(edu.iommu, IOVA + P, memory);
    edu.iommu.unmap({ iova: IOVA + P, size: P, invalidateVaddr: true });
    refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ iova: IOVA, size: 2n * P, invalidateVaddr: true }));
    assertEquals(edu.iommu.unmap({ iova: IOVA, size: P, invalidateVaddr: true }), P);
  }),

  rule(
    82,
    "IommuDriver.map() gives an invalid mapping its new vaddr, and only such a one",
    ["edu"],
    (machine) => {
      using edu = attach(machine);
      using memory = machine.backend.allocate(2 * PAGE);
      using next = machine.backend.allocate(2 * PAGE);
      map(edu.iommu, IOVA, memory);
      const update = { iova: IOVA, vaddr: next.vaddr, size: 2n * P, updateVaddr: true };
      refused(MAP_DMA, "EINVAL", () => edu.iommu.map(update));
      edu.iommu.unmap({ iova: IOVA, size: 2n * P, invalidateVaddr: true });
      refused(MAP_DMA, "EINVAL", () => edu.iommu.map({ ...update, size: P }));
      refused(MAP_DMA, "ENOENT", () => edu.iommu.map({ ...update, iova: 8n * IOVA }));
      edu.iommu.map(update);
      refused(MAP_DMA, "EINVAL", () => edu.iommu.map(update));
    },
  ),

  rule(84, "IommuDriver.unmap() marks the vaddr of all mappings invalid at once", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(2 * PAGE);
    map(edu.iommu, IOVA, memory);
    map(edu.iommu, 4n * IOVA, memory);
    assertEquals(edu.iommu.unmap({ iova: 0n, size: 0n, all: true, invalidateVaddr: true }), 4n * P);
  }),
];
