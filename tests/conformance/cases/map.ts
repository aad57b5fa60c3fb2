/** IommuDriver.map(): what it takes, and in which order it refuses. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import type { Fixture } from "../fixture.ts";
import { attach, IOVA, map, P, PAGE, ready } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, promise, rule } from "../rule.ts";

const MAP_DMA = "VFIO_IOMMU_MAP_DMA";
/** Nothing is ever mapped there: below what the kernel hands out. */
const NOWHERE = 0x1_0000n;
const LAST_PAGE = 2n ** 64n - P;
const MSI_WINDOW = 0xfee0_0000n;

/** Ranges that wrap have an errno of their own since Linux 7. */
export function wrapCode(machine: Fixture): "EINVAL" | "EOVERFLOW" {
  return byKernel(machine, { "6.1": "EINVAL", "6.12": "EINVAL", "7.2": "EOVERFLOW" });
}

export const mapping: readonly Rule[] = [
  rule(55, "IommuDriver.map() refuses no right at all, and a right together with updateVaddr, with EINVAL", [
    "edu",
  ], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    const range = { iova: IOVA, vaddr: memory.vaddr, size: P };
    refused(MAP_DMA, "EINVAL", () => edu.iommu.map(range));
    refused(MAP_DMA, "EINVAL", () => edu.iommu.map({ ...range, read: true, updateVaddr: true }));
    refused(MAP_DMA, "EINVAL", () => edu.iommu.map({ ...range, write: true, updateVaddr: true }));
  }),

  rule(56, "IommuDriver.map() refuses an empty or unaligned request with EINVAL", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    const { vaddr } = memory;
    const rights = { read: true, write: true };
    refused(MAP_DMA, "EINVAL", () => edu.iommu.map({ iova: IOVA, vaddr, size: 0n, ...rights }));
    refused(MAP_DMA, "EINVAL", () => edu.iommu.map({ iova: IOVA, vaddr, size: 100n, ...rights }));
    refused(MAP_DMA, "EINVAL", () => edu.iommu.map({ iova: 0x10n, vaddr, size: P, ...rights }));
    refused(MAP_DMA, "EINVAL", () => edu.iommu.map({ iova: IOVA, vaddr: vaddr + 1n, size: P, ...rights }));
  }),

  rule(57, "IommuDriver.map() refuses an iova or vaddr that wraps", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(2 * PAGE);
    const code = wrapCode(machine);
    const { vaddr } = memory;
    refused(MAP_DMA, code, () => edu.iommu.map({ iova: LAST_PAGE, vaddr, size: 2n * P, read: true }));
    refused(MAP_DMA, code, () => edu.iommu.map({ iova: IOVA, vaddr: LAST_PAGE, size: 2n * P, read: true }));
  }),

  rule(
    58,
    "IommuDriver.map() looks for a wrap before it looks at the alignment, from Linux 7 on",
    ["edu"],
    (machine) => {
      using edu = attach(machine);
      using memory = machine.backend.allocate(2 * PAGE);
      const request = { iova: 0xffff_ffff_ffff_ff00n, vaddr: memory.vaddr, size: 0x2000n, read: true };
      refused(MAP_DMA, wrapCode(machine), () => edu.iommu.map(request));
    },
  ),

  rule(59, "IommuDriver.map() refuses the last page of 2^64, which no wrap is, as outside the aperture", [
    "edu",
  ], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    if (machine.iommu === "amd-vi") map(edu.iommu, LAST_PAGE, memory);
    else refused(MAP_DMA, "EINVAL", () => map(edu.iommu, LAST_PAGE, memory));
  }),

  rule(60, "IommuDriver.map() refuses an iova past the last valid range with EINVAL", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    const last = edu.iommu.info().ranges?.at(-1)?.last ?? 0n;
    if (machine.iommu === "vt-d") assertEquals(last, 2n ** 48n - 1n);
    if (last + 1n < 2n ** 64n) refused(MAP_DMA, "EINVAL", () => map(edu.iommu, last + 1n, memory));
    map(edu.iommu, last + 1n - P, memory);
  }),

  rule(
    61,
    "IommuDriver.map() refuses whatever overlaps the interrupt window with EINVAL",
    ["edu"],
    (machine) => {
      using edu = attach(machine);
      using one = machine.backend.allocate(PAGE);
      using two = machine.backend.allocate(2 * PAGE);
      refused(MAP_DMA, "EINVAL", () => map(edu.iommu, MSI_WINDOW, one));
      refused(MAP_DMA, "EINVAL", () => map(edu.iommu, MSI_WINDOW - P, two));
      refused(MAP_DMA, "EINVAL", () => map(edu.iommu, 0xfeef_f000n, two));
      map(edu.iommu, MSI_WINDOW - P, one);
      map(edu.iommu, 0xfef0_0000n, two);
    },
  ),

  rule(62, "IommuDriver.map() refuses memory that is not there with EFAULT, and leaves nothing behind", [
    "edu",
  ], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    refused(
      MAP_DMA,
      "EFAULT",
      () => edu.iommu.map({ iova: IOVA, vaddr: NOWHERE, size: P, read: true, write: true }),
    );
    refused(MAP_DMA, "EFAULT", () => edu.iommu.map({ iova: IOVA, vaddr: NOWHERE, size: P, read: true }));
    assertEquals(edu.iommu.unmap({ iova: IOVA, size: P }), 0n);
    map(edu.iommu, IOVA, memory);
  }),

  rule(63, "IommuDriver.map() refuses an overlap with EEXIST", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(2 * PAGE);
    map(edu.iommu, IOVA, memory);
    for (const iova of [IOVA, IOVA - P, IOVA + P]) {
      refused(MAP_DMA, "EEXIST", () => map(edu.iommu, iova, memory));
    }
    map(edu.iommu, IOVA - 2n * P, memory);
    map(edu.iommu, IOVA + 2n * P, memory);
  }),

  rule(64, "IommuDriver.map() takes each right alone", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    map(edu.iommu, IOVA, memory, "read");
    map(edu.iommu, IOVA + P, memory, "write");
    map(edu.iommu, IOVA + 2n * P, memory, "read-write");
  }),

  rule(
    65,
    "IommuDriver.map() gives the device no right that this process does not have",
    ["edu"],
    (machine) => {
      using edu = attach(machine);
      using readable = machine.backend.allocate(PAGE, { protection: "read" });
      using closed = machine.backend.allocate(PAGE, { protection: "none" });
      refused(MAP_DMA, "EFAULT", () => map(edu.iommu, IOVA, readable, "read-write"));
      refused(MAP_DMA, "EFAULT", () => map(edu.iommu, IOVA, readable, "write"));
      map(edu.iommu, IOVA, readable, "read");
      refused(MAP_DMA, "EFAULT", () => map(edu.iommu, IOVA + P, closed, "read"));
    },
  ),

  rule(66, "IommuDriver.map() takes a mapped BAR", ["edu"], (machine) => {
    using edu = ready(machine);
    using bar = edu.device.region(0).map();
    map(edu.iommu, IOVA, bar);
    assertEquals(edu.iommu.unmap({ iova: IOVA, size: BigInt(bar.size) }), 0x10_0000n);
  }),

  promise("IommuDriver.map() takes a part of a memory at any page", ["edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(4 * PAGE);
    edu.iommu.map({ iova: IOVA, vaddr: memory.vaddr + 2n * P, size: P, read: true, write: true });
    refused(
      MAP_DMA,
      "EFAULT",
      () => edu.iommu.map({ iova: 2n * IOVA, vaddr: NOWHERE - P, size: 2n * P, read: true }),
    );
  }),
];
