/** How much may be mapped: entries, and locked memory. */
import { assertEquals } from "@std/assert";
import { refused } from "../expect.ts";
import { attach, IOVA, map, P, PAGE } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { rule } from "../rule.ts";

const MAP_DMA = "VFIO_IOMMU_MAP_DMA";
const LIMIT = 0x1_0000;

export const limits: readonly Rule[] = [
  rule(
    67,
    "IommuDriver.map() makes 65535 mappings and refuses one more with ENOSPC",
    ["edu", "control"],
    (machine) => {
      using edu = attach(machine);
      using memory = machine.backend.allocate(PAGE);
      for (let i = 0n; i < 65535n; i++) map(edu.iommu, IOVA + i * P, memory);
      refused(MAP_DMA, "ENOSPC", () => map(edu.iommu, IOVA + 65535n * P, memory));
      assertEquals(edu.iommu.unmap({ iova: 0n, size: 0n, all: true }), 0xffff000n);
    },
  ),

  rule(68, "IommuDriver.map() counts pages against the limit of locked memory, page by page", [
    "edu",
    "control",
  ], (machine) => {
    machine.control?.as({ memlock: LIMIT, ipcLock: false }, (backend) => {
      using edu = attach(machine, "edu", { backend });
      using large = backend.allocate(0x10_0000);
      using exact = backend.allocate(LIMIT);
      using one = backend.allocate(PAGE);
      const before = machine.lockedMemory();
      refused(MAP_DMA, "ENOMEM", () => map(edu.iommu, IOVA, large));
      assertEquals(machine.lockedMemory(), before);
      map(edu.iommu, IOVA, exact);
      assertEquals(machine.lockedMemory(), before + LIMIT);
      refused(MAP_DMA, "ENOMEM", () => map(edu.iommu, 2n * IOVA, one));
      edu.iommu.unmap({ iova: IOVA, size: BigInt(LIMIT) });
      assertEquals(machine.lockedMemory(), before);
      map(edu.iommu, IOVA, exact);
    });
    assertEquals(machine.lockedMemory(), 0);
  }),

  rule(
    69,
    "IommuDriver.map() passes the limit of locked memory with CAP_IPC_LOCK",
    ["edu", "control"],
    (machine) => {
      machine.control?.as({ memlock: LIMIT, ipcLock: true }, (backend) => {
        using edu = attach(machine, "edu", { backend });
        using large = backend.allocate(0x10_0000);
        map(edu.iommu, IOVA, large);
      });
    },
  ),

  rule(
    186,
    "Container without a group answers EINVAL to anybody, and locks nothing",
    ["control"],
    (machine) => {
      machine.control?.as({ uid: 1000 }, (backend) => {
        const groups = backend.groups;
        using container = groups?.openContainer();
        using memory = backend.allocate(PAGE);
        refused("VFIO_IOMMU_GET_INFO", "EINVAL", () => container?.iommu.info());
        refused(
          MAP_DMA,
          "EINVAL",
          () => container?.iommu.map({ iova: IOVA, vaddr: memory.vaddr, size: P, read: true }),
        );
        refused("VFIO_SET_IOMMU", "EINVAL", () => container?.setIommu("type1v2"));
        assertEquals(machine.lockedMemory(), 0);
      });
    },
  ),
];
