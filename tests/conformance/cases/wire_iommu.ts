/** Below the model: Type1. */
import { assertEquals } from "@std/assert";
import {
  VFIO_IOMMU_DIRTY_PAGES,
  VFIO_IOMMU_GET_INFO,
  VFIO_IOMMU_MAP_DMA,
  VFIO_IOMMU_UNMAP_DMA,
} from "../../../uapi/vfio.ts";
import type { Fixture } from "../fixture.ts";
import { attach, IOVA, map, P, PAGE } from "../ready.ts";
import type { Rule } from "../rule.ts";
import { byKernel, rule } from "../rule.ts";
import { pack, packInto, u16, u32, u64, wireOf } from "./wire_bytes.ts";

const READ_WRITE = 3;
const GET_DIRTY_BITMAP = 1;
const DIRTY = { start: 1, stop: 2, get: 4 } as const;

/** Bytes that the chain's second capability takes: it was padded later. */
function availBytes(machine: Fixture): number {
  return byKernel(machine, { "6.1": 12, "6.12": 16, "7.2": 16 });
}

function rangeCount(machine: Fixture): number {
  return machine.iommu === "amd-vi" ? 3 : 2;
}

export const wireIommu: readonly Rule[] = [
  rule(49, "VFIO_IOMMU_GET_INFO refuses a short struct with EINVAL", ["wire", "edu"], (machine) => {
    using edu = attach(machine);
    assertEquals(wireOf(machine).ioctl(edu.container, VFIO_IOMMU_GET_INFO, packInto(24, 15)), "EINVAL");
  }),

  rule(
    50,
    "VFIO_IOMMU_GET_INFO without room for capabilities tells how much they need",
    ["wire", "edu"],
    (machine) => {
      using edu = attach(machine);
      const needed = 24 + 32 + availBytes(machine) + 16 + 16 * rangeCount(machine);
      for (const size of [16, 20, 24]) {
        const info = packInto(64, size);
        info.fill(0xee, size);
        assertEquals(wireOf(machine).ioctl(edu.container, VFIO_IOMMU_GET_INFO, info), 0);
        assertEquals([u32(info, 0), u32(info, 4)], [needed, 3]);
        if (size >= 20) assertEquals(u32(info, 16), 0);
        assertEquals(info.subarray(size), new Uint8Array(64 - size).fill(0xee));
      }
    },
  ),

  rule(
    51,
    "VFIO_IOMMU_GET_INFO with room stores its capabilities behind the struct",
    ["wire", "edu"],
    (machine) => {
      using edu = attach(machine);
      const info = packInto(512, 512);
      assertEquals(wireOf(machine).ioctl(edu.container, VFIO_IOMMU_GET_INFO, info), 0);
      assertEquals([u32(info, 0), u32(info, 4), u32(info, 16)], [512, 3, 24]);
      const chain: [number, number][] = [];
      for (let at = u32(info, 16); at !== 0; at = u32(info, at + 4)) chain.push([at, u16(info, at)]);
      assertEquals(chain, [[24, 2], [56, 3], [56 + availBytes(machine), 1]]);
    },
  ),

  rule(
    54,
    "VFIO_IOMMU_MAP_DMA refuses a short struct with EINVAL, and takes a longer one",
    ["wire", "edu"],
    (machine) => {
      using edu = attach(machine);
      using memory = machine.backend.allocate(PAGE);
      const request = (argsz: number) => packInto(128, argsz, READ_WRITE, memory.vaddr, IOVA, P);
      assertEquals(wireOf(machine).ioctl(edu.container, VFIO_IOMMU_MAP_DMA, request(31)), "EINVAL");
      assertEquals(wireOf(machine).ioctl(edu.container, VFIO_IOMMU_MAP_DMA, request(100)), 0);
      assertEquals(edu.iommu.unmap({ iova: IOVA, size: P }), P);
    },
  ),

  rule(55, "VFIO_IOMMU_MAP_DMA refuses unknown flags with EINVAL", ["wire", "edu"], (machine) => {
    using edu = attach(machine);
    using memory = machine.backend.allocate(PAGE);
    for (const flags of [8, 8 | READ_WRITE, 0x8000_0003]) {
      const request = pack(32, flags, memory.vaddr, IOVA, P);
      assertEquals(wireOf(machine).ioctl(edu.container, VFIO_IOMMU_MAP_DMA, request), "EINVAL");
    }
  }),

  rule(70, "VFIO_IOMMU_UNMAP_DMA refuses short structs and unknown flags with EINVAL, and writes nothing", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = attach(machine);
    for (const [argsz, flags] of [[23, 0], [24, 8]] as const) {
      const request = pack(argsz, flags, IOVA, P);
      assertEquals(wireOf(machine).ioctl(edu.container, VFIO_IOMMU_UNMAP_DMA, request), "EINVAL");
      assertEquals(request, pack(argsz, flags, IOVA, P));
    }
  }),

  rule(86, "VFIO_IOMMU_DIRTY_PAGES refuses short structs, and anything but one known flag, with EINVAL", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = attach(machine, "edu", { type: "type1v2" });
    const ask = (argsz: number, flags: number) =>
      wireOf(machine).ioctl(edu.container, VFIO_IOMMU_DIRTY_PAGES, packInto(64, argsz, flags));
    assertEquals(ask(7, DIRTY.start), "EINVAL");
    for (const flags of [0, DIRTY.start | DIRTY.stop, 8]) assertEquals(ask(8, flags), "EINVAL", `${flags}`);
    assertEquals(ask(8, DIRTY.start), 0);
  }),

  rule(
    89,
    "VFIO_IOMMU_DIRTY_PAGES refuses to fetch into a short struct with EINVAL",
    ["wire", "edu"],
    (machine) => {
      using edu = attach(machine, "edu", { type: "type1v2" });
      using memory = machine.backend.allocate(PAGE);
      map(edu.iommu, IOVA, memory);
      edu.iommu.dirty.start();
      const wire = wireOf(machine);
      wire.withMemory(new Uint8Array(8), (bitmap) => {
        const ask = (argsz: number) =>
          wire.ioctl(edu.container, VFIO_IOMMU_DIRTY_PAGES, pack(argsz, DIRTY.get, IOVA, P, P, 8n, bitmap));
        assertEquals(ask(40), "EINVAL");
        assertEquals(ask(48), 0);
      });
    },
  ),

  rule(92, "VFIO_IOMMU_UNMAP_DMA refuses to fetch dirty bits into a short struct with EINVAL", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = attach(machine, "edu", { type: "type1v2" });
    using memory = machine.backend.allocate(PAGE);
    map(edu.iommu, IOVA, memory);
    edu.iommu.dirty.start();
    const wire = wireOf(machine);
    wire.withMemory(new Uint8Array(8), (bitmap) => {
      const request = (argsz: number) => pack(argsz, GET_DIRTY_BITMAP, IOVA, P, P, 8n, bitmap);
      assertEquals(wire.ioctl(edu.container, VFIO_IOMMU_UNMAP_DMA, request(24)), "EINVAL");
      const fetched = request(48);
      assertEquals(wire.ioctl(edu.container, VFIO_IOMMU_UNMAP_DMA, fetched), 0);
      assertEquals(u64(fetched, 16), P);
    });
  }),

  rule(188, "VFIO_IOMMU_UNMAP_DMA that cannot write a mapping's dirty bits has unmapped those before it", [
    "wire",
    "edu",
  ], (machine) => {
    using edu = attach(machine, "edu", { type: "type1v2" });
    using memory = machine.backend.allocate(64 * PAGE);
    const size = BigInt(memory.size);
    map(edu.iommu, IOVA, memory);
    map(edu.iommu, IOVA + size, memory);
    edu.iommu.dirty.start();
    const wire = wireOf(machine);
    wire.withEdge((edge) => {
      const request = pack(48, GET_DIRTY_BITMAP, IOVA, 2n * size, P, 16n, edge - 8n);
      assertEquals(wire.ioctl(edu.container, VFIO_IOMMU_UNMAP_DMA, request), "EFAULT");
    });
    assertEquals(edu.iommu.unmap({ iova: IOVA, size }), 0n);
    assertEquals(edu.iommu.unmap({ iova: IOVA + size, size }), size);
  }),
];
