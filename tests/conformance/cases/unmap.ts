/** IommuDriver.unmap() with Type1v2, and what it shares with Type1. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import { attach, IOVA, map, P, PAGE } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";
import { wrapCode } from "./map.ts";

const UNMAP_DMA = "VFIO_IOMMU_UNMAP_DMA";
const LAST_PAGE = 2n ** 64n - P;

export const unmapping: readonly Rule[] = [
  rule(71, "IommuDriver.unmap() refuses an empty or unaligned range with EINVAL", ["edu"], (machine) => {
    using edu = attach(machine);
    refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ iova: IOVA, size: 0n }));
    refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ iova: IOVA + 1n, size: P }));
    refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ iova: IOVA, size: P + 1n }));
  }),

  rule(72, "IommuDriver.unmap() refuses a range that wraps", ["edu"], (machine) => {
    using edu = attach(machine);
    refused(UNMAP_DMA, wrapCode(machine), () => edu.iommu.unmap({ iova: LAST_PAGE, size: 2n * P }));
  }),

  rule(73, "IommuDriver.unmap() with Type1v2 refuses to cut a mapping with EINVAL", ["edu"], (machine) => {
    using edu = attach(machine, "edu", { type: "type1v2" });
    using memory = machine.backend.allocate(4 * PAGE);
    map(edu.iommu, IOVA, memory);
    refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ iova: IOVA, size: P }));
    refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ iova: IOVA + 3n * P, size: P }));
    refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ iova: IOVA + P, size: P }));
    refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ iova: IOVA - P, size: 2n * P }));
    assertEquals(edu.iommu.unmap({ iova: IOVA, size: 4n * P }), 4n * P);
  }),

  rule(74, "IommuDriver.unmap() of a range without mappings gives 0", ["edu"], (machine) => {
    using edu = attach(machine);
    assertEquals(edu.iommu.unmap({ iova: IOVA, size: P }), 0n);
    assertEquals(edu.iommu.unmap({ iova: 0n, size: 2n ** 64n - P }), 0n);
  }),

  rule(
    75,
    "IommuDriver.unmap() takes every mapping inside the range and gives their sum",
    ["edu"],
    (machine) => {
      using edu = attach(machine);
      using one = machine.backend.allocate(PAGE);
      using two = machine.backend.allocate(2 * PAGE);
      map(edu.iommu, IOVA, two);
      assertEquals(edu.iommu.unmap({ iova: IOVA - P, size: 16n * P }), 2n * P);
      map(edu.iommu, IOVA, one);
      map(edu.iommu, IOVA + P, two);
      assertEquals(edu.iommu.unmap({ iova: IOVA, size: 3n * P }), 3n * P);
      map(edu.iommu, IOVA, one);
      map(edu.iommu, IOVA + 8n * P, two);
      assertEquals(edu.iommu.unmap({ iova: IOVA, size: 10n * P }), 3n * P);
    },
  ),

  rule(
    76,
    "IommuDriver.unmap() takes all mappings at once, with an iova and size of 0",
    ["edu"],
    (machine) => {
      using edu = attach(machine);
      using memory = machine.backend.allocate(2 * PAGE);
      const all = { iova: 0n, size: 0n, all: true };
      assertEquals(edu.iommu.unmap(all), 0n);
      map(edu.iommu, IOVA, memory);
      map(edu.iommu, 4n * IOVA, memory);
      refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ ...all, iova: P }));
      refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ ...all, size: P }));
      assertEquals(edu.iommu.unmap(all), 4n * P);
      assertEquals(edu.iommu.unmap(all), 0n);
    },
  ),

  rule(77, "IommuDriver.unmap() refuses dirty bits of all mappings with EINVAL", ["edu"], (machine) => {
    using edu = attach(machine);
    const dirty = { pageSize: P, data: new Uint8Array(8) };
    refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ iova: 0n, size: 0n, all: true, dirty }));
  }),

  rule(78, "IommuDriver.unmap() with Type1 takes a mapping whole, or not at all", ["edu"], (machine) => {
    using edu = attach(machine, "edu", { type: "type1" });
    using memory = machine.backend.allocate(16 * PAGE);
    map(edu.iommu, IOVA, memory);
    assertEquals(edu.iommu.unmap({ iova: IOVA + P, size: P }), 0n);
    assertEquals(edu.iommu.unmap({ iova: IOVA + 15n * P, size: P }), 0n);
    assertEquals(edu.iommu.unmap({ iova: IOVA, size: P }), 16n * P);
    assertEquals(edu.iommu.unmap({ iova: IOVA, size: P }), 0n);
  }),

  rule(79, "IommuDriver.unmap() with Type1 takes whole what starts inside the range", ["edu"], (machine) => {
    using edu = attach(machine, "edu", { type: "type1" });
    using memory = machine.backend.allocate(4 * PAGE);
    map(edu.iommu, IOVA, memory);
    assertEquals(edu.iommu.unmap({ iova: IOVA - P, size: 2n * P }), 4n * P);
  }),

  rule(
    80,
    "IommuDriver.unmap() with Type1 stops at a mapping that it begins inside of",
    ["edu"],
    (machine) => {
      using edu = attach(machine, "edu", { type: "type1" });
      using memory = machine.backend.allocate(4 * PAGE);
      map(edu.iommu, IOVA, memory);
      map(edu.iommu, IOVA + 4n * P, memory);
      assertEquals(edu.iommu.unmap({ iova: IOVA + 2n * P, size: 4n * P }), 0n);
      assertEquals(edu.iommu.unmap({ iova: 0n, size: 0n, all: true }), 8n * P);
    },
  ),

  promise("IommuDriver.map() takes an iova again once it is unmapped", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    for (let i = 0; i < 3; i++) {
      map(edu.iommu, IOVA, memory);
      assertEquals(edu.iommu.unmap({ iova: IOVA, size: P }), P);
    }
  }),
];
