/** Dirty tracking: every page of every mapping is dirty, as far as an ordinary IOMMU can tell. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import type { Attached } from "../ready.ts";
import { attach, IOVA, map, P, PAGE } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { promise, rule } from "../rule.ts";
import { wrapCode } from "./map.ts";

const DIRTY_PAGES = "VFIO_IOMMU_DIRTY_PAGES";
const UNMAP_DMA = "VFIO_IOMMU_UNMAP_DMA";

/** A container whose IOMMU driver can track. */
function tracked(machine: Fixture): Attached {
  return attach(machine, "edu", { type: "type1v2" });
}

function bitmap(bytes = 8, pageSize = P) {
  return { pageSize, data: new Uint8Array(bytes) };
}

export const dirty: readonly Rule[] = [
  rule(85, "DirtyTracking is not for Type1: EACCES", ["edu"], (machine) => {
    using edu = attach(machine, "edu", { type: "type1" });
    refused(DIRTY_PAGES, "EACCES", () => edu.iommu.dirty.start());
    refused(DIRTY_PAGES, "EACCES", () => edu.iommu.dirty.stop());
    refused(DIRTY_PAGES, "EACCES", () => edu.iommu.dirty.read({ iova: IOVA, size: P, bitmap: bitmap() }));
  }),

  rule(87, "DirtyTracking.start() and stop() may be repeated; read() needs a start", ["edu"], (machine) => {
    using edu = tracked(machine);
    using memory = machine.backend.allocate(PAGE);
    map(edu.iommu, IOVA, memory);
    const { dirty } = edu.iommu;
    const range = { iova: IOVA, size: P };
    refused(DIRTY_PAGES, "EINVAL", () => dirty.read({ ...range, bitmap: bitmap() }));
    dirty.start();
    dirty.start();
    dirty.read({ ...range, bitmap: bitmap() });
    dirty.stop();
    dirty.stop();
    refused(DIRTY_PAGES, "EINVAL", () => dirty.read({ ...range, bitmap: bitmap() }));
  }),

  rule(
    88,
    "DirtyTracking.read() finds every page of a mapping dirty, again and again",
    ["edu"],
    (machine) => {
      using edu = tracked(machine);
      using memory = machine.backend.allocate(16 * PAGE);
      map(edu.iommu, IOVA, memory);
      edu.iommu.dirty.start();
      for (let i = 0; i < 2; i++) {
        const bits = bitmap();
        edu.iommu.dirty.read({ iova: IOVA, size: 16n * P, bitmap: bits });
        assertEquals([...bits.data], [0xff, 0xff, 0, 0, 0, 0, 0, 0]);
      }
    },
  ),

  rule(89, "DirtyTracking.read() refuses other pages, small bitmaps, empty and cutting ranges with EINVAL", [
    "edu",
  ], (machine) => {
    using edu = tracked(machine);
    using memory = machine.backend.allocate(16 * PAGE);
    map(edu.iommu, IOVA, memory);
    const { dirty } = edu.iommu;
    dirty.start();
    const range = { iova: IOVA, size: 16n * P };
    refused(DIRTY_PAGES, "EINVAL", () => dirty.read({ ...range, bitmap: bitmap(8, 0x20_0000n) }));
    refused(DIRTY_PAGES, "EINVAL", () => dirty.read({ ...range, bitmap: bitmap(1) }));
    refused(DIRTY_PAGES, "EINVAL", () => dirty.read({ ...range, bitmap: bitmap(0) }));
    refused(DIRTY_PAGES, "EINVAL", () => dirty.read({ iova: IOVA + P, size: 15n * P, bitmap: bitmap() }));
    refused(DIRTY_PAGES, "EINVAL", () => dirty.read({ iova: IOVA, size: 15n * P, bitmap: bitmap() }));
    refused(DIRTY_PAGES, "EINVAL", () => dirty.read({ iova: IOVA, size: 0n, bitmap: bitmap() }));
    refused(DIRTY_PAGES, "EINVAL", () => dirty.read({ iova: IOVA + 1n, size: 16n * P, bitmap: bitmap() }));
    refused(DIRTY_PAGES, "EINVAL", () => dirty.read({ iova: IOVA, size: 16n * P - 1n, bitmap: bitmap() }));
  }),

  rule(90, "DirtyTracking.read() refuses a range that wraps", ["edu"], (machine) => {
    using edu = tracked(machine);
    edu.iommu.dirty.start();
    const range = { iova: 2n ** 64n - P, size: 2n * P };
    refused(DIRTY_PAGES, wrapCode(machine), () => edu.iommu.dirty.read({ ...range, bitmap: bitmap() }));
  }),

  rule(91, "DirtyTracking.read() takes a range around a mapping, bits counted from the range's start", [
    "edu",
  ], (machine) => {
    using edu = tracked(machine);
    using memory = machine.backend.allocate(16 * PAGE);
    map(edu.iommu, IOVA, memory);
    edu.iommu.dirty.start();
    const bits = bitmap();
    edu.iommu.dirty.read({ iova: 0xf_0000n, size: 0x4_0000n, bitmap: bits });
    assertEquals([...bits.data], [0, 0, 0xff, 0xff, 0, 0, 0, 0]);
  }),

  rule(
    92,
    "IommuDriver.unmap() fetches dirty bits while tracking, and refuses with EINVAL when not",
    ["edu"],
    (machine) => {
      using edu = tracked(machine);
      using memory = machine.backend.allocate(16 * PAGE);
      map(edu.iommu, IOVA, memory);
      const request = { iova: IOVA, size: 16n * P };
      refused(UNMAP_DMA, "EINVAL", () => edu.iommu.unmap({ ...request, dirty: bitmap() }));
      edu.iommu.dirty.start();
      const bits = bitmap();
      assertEquals(edu.iommu.unmap({ ...request, dirty: bits }), 16n * P);
      assertEquals([...bits.data.subarray(0, 2)], [0xff, 0xff]);
      assertEquals(edu.iommu.unmap(request), 0n);
    },
  ),

  promise(
    "DirtyTracking.read() writes whole words of 64 bits, and leaves those without mappings",
    ["edu"],
    (machine) => {
      using edu = tracked(machine);
      using memory = machine.backend.allocate(PAGE);
      map(edu.iommu, IOVA, memory);
      edu.iommu.dirty.start();
      const bits = bitmap(16);
      bits.data.fill(0x40);
      edu.iommu.dirty.read({ iova: IOVA, size: 128n * P, bitmap: bits });
      assertEquals(bits.data.toHex(), "01000000000000004040404040404040");
    },
  ),
];
