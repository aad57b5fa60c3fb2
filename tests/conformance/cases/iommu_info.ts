/** What an IOMMU driver tells of itself. */
import { assertEquals } from "@std/assert";
import type { IommuCapability, IovaRange } from "../../../core/iommu_driver.ts";
import type { IommuKind } from "../fixture.ts";
import { attach, IOVA, map, P, PAGE } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";

const MSI_WINDOW_START = 0xfee0_0000n;
const MSI_WINDOW_LAST = 0xfeef_ffffn;

/** Where QEMU's IOMMUs translate, around the interrupt window. */
const RANGES: Readonly<Record<IommuKind, readonly IovaRange[]>> = {
  "vt-d": [
    { start: 0n, last: MSI_WINDOW_START - 1n },
    { start: MSI_WINDOW_LAST + 1n, last: 0xffff_ffff_ffffn },
  ],
  "amd-vi": [
    { start: 0n, last: MSI_WINDOW_START - 1n },
    { start: MSI_WINDOW_LAST + 1n, last: 0xfc_ffff_ffffn },
    { start: 0x100_0000_0000n, last: 0xffff_ffff_ffff_ffffn },
  ],
  "virtio": [
    { start: 0n, last: MSI_WINDOW_START - 1n },
    { start: MSI_WINDOW_LAST + 1n, last: 0x7f_ffff_ffffn },
  ],
};

export const iommuInfo: readonly Rule[] = [
  rule(
    51,
    "IommuDriver.info() chains migration, dma-avail and iova-range in this order",
    ["edu"],
    (machine) => {
      using edu = attach(machine);
      assertEquals(edu.iommu.info().capabilities.map(({ id, version }) => [id, version]), [
        ["migration", 1],
        ["dma-avail", 1],
        ["iova-range", 1],
      ]);
    },
  ),

  rule(52, "IommuDriver.info() tells the dirty bitmap's page and limit, and how many mappings are left", [
    "edu",
  ], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    const migration = { id: "migration", version: 1, pageSizes: P, maxBitmapSize: 0x1000_0000n };
    assertEquals(find(edu.iommu.info().capabilities, "migration"), migration as IommuCapability);
    const available = () => find(edu.iommu.info().capabilities, "dma-avail");
    assertEquals(available(), { id: "dma-avail", version: 1, available: 65535 } as IommuCapability);
    map(edu.iommu, IOVA, memory);
    assertEquals(available(), { id: "dma-avail", version: 1, available: 65534 } as IommuCapability);
    edu.iommu.unmap({ iova: IOVA, size: P });
    assertEquals(available(), { id: "dma-avail", version: 1, available: 65535 } as IommuCapability);
  }),

  rule(53, "IommuDriver.info() tells the valid ranges around the interrupt window", ["edu"], (machine) => {
    using edu = attach(machine);
    const info = edu.iommu.info();
    const ranges = RANGES[machine.iommu];
    assertEquals(info.ranges, ranges);
    assertEquals(
      find(info.capabilities, "iova-range"),
      { id: "iova-range", version: 1, ranges } as IommuCapability,
    );
  }),

  promise("IommuDriver.info() tells the page sizes, the smallest as alignment", ["edu"], (machine) => {
    using edu = attach(machine);
    const { alignment, pageSizes } = edu.iommu.info();
    assertEquals(alignment, pageSizes & -pageSizes);
    assertEquals(alignment, P);
    if (machine.iommu === "vt-d") assertEquals(pageSizes, 0x4020_1000n);
    if (machine.iommu === "virtio") assertEquals(pageSizes, 0xffff_ffff_ffff_f000n);
  }),
];

function find(capabilities: readonly IommuCapability[], id: string): IommuCapability | undefined {
  return capabilities.find((capability) => capability.id === id);
}
