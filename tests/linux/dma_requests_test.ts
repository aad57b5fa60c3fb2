import { assertEquals } from "@std/assert";
import { mapRequest, unmappedSize, unmapRequest } from "../../backends/linux/dma_requests.ts";
import {
  VFIO_DMA_MAP_FLAG_READ,
  VFIO_DMA_MAP_FLAG_VADDR,
  VFIO_DMA_MAP_FLAG_WRITE,
  VFIO_DMA_UNMAP_FLAG_ALL,
  vfio_iommu_type1_dma_map,
  vfio_iommu_type1_dma_unmap,
} from "../../uapi/vfio.ts";

const NOTHING = { iova: 0n, vaddr: 0n, size: 0n, read: false, write: false, updateVaddr: false };

Deno.test("mapRequest() writes every field of struct vfio_iommu_type1_dma_map, and leaves nothing of the last", () => {
  const all = { iova: 2n ** 64n - 1n, vaddr: 0x1234_5678_9abc_def0n, size: 0x2000n, read: true, write: true };
  assertEquals(vfio_iommu_type1_dma_map.decode(mapRequest({ ...all, updateVaddr: true }).u8), {
    argsz: vfio_iommu_type1_dma_map.size,
    flags: VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE | VFIO_DMA_MAP_FLAG_VADDR,
    iova: all.iova,
    vaddr: all.vaddr,
    size: all.size,
  });
  const none = { argsz: vfio_iommu_type1_dma_map.size, flags: 0, iova: 0n, vaddr: 0n, size: 0n };
  assertEquals(vfio_iommu_type1_dma_map.decode(mapRequest(NOTHING).u8), none);
  for (
    const [name, flag] of [
      ["read", VFIO_DMA_MAP_FLAG_READ],
      ["write", VFIO_DMA_MAP_FLAG_WRITE],
      ["updateVaddr", VFIO_DMA_MAP_FLAG_VADDR],
    ] as const
  ) {
    const { flags } = vfio_iommu_type1_dma_map.decode(mapRequest({ ...NOTHING, [name]: true }).u8);
    assertEquals(flags, flag, name);
  }
});

Deno.test("unmapRequest() writes every field of struct vfio_iommu_type1_dma_unmap, where the kernel answers", () => {
  const { u8, u64 } = unmapRequest(0x1_0000_1000n, 0x3000n, VFIO_DMA_UNMAP_FLAG_ALL);
  assertEquals(vfio_iommu_type1_dma_unmap.decode(u8), {
    argsz: vfio_iommu_type1_dma_unmap.size,
    flags: VFIO_DMA_UNMAP_FLAG_ALL,
    iova: 0x1_0000_1000n,
    size: 0x3000n,
  });
  assertEquals(unmappedSize(), 0x3000n);
  assertEquals(vfio_iommu_type1_dma_unmap.decode(unmapRequest(0n, 0x3000n, 0).u8).flags, 0);
  u64[vfio_iommu_type1_dma_unmap.offsets.size / 8] = 0x1000n;
  assertEquals(unmappedSize(), 0x1000n);
});
