import { assertEquals } from "@std/assert";
import { scatterList } from "../../../driverkit/scatter_list.ts";

Deno.test("scatterList() cuts at each page, and begins anywhere", () => {
  assertEquals(scatterList(0x1000n, 0, 4096), []);
  assertEquals(scatterList(0x1000n, 1, 4096), [{ iova: 0x1000n, size: 1 }]);
  assertEquals(scatterList(0x1ffcn, 4, 4096), [{ iova: 0x1ffcn, size: 4 }]);
  assertEquals(scatterList(0x1ffcn, 8196, 4096), [
    { iova: 0x1ffcn, size: 4 },
    { iova: 0x2000n, size: 4096 },
    { iova: 0x3000n, size: 4096 },
  ]);
  assertEquals(scatterList(2n ** 60n + 8n, 16384, 8192), [
    { iova: 2n ** 60n + 8n, size: 8184 },
    { iova: 2n ** 60n + 8192n, size: 8192 },
    { iova: 2n ** 60n + 16384n, size: 8 },
  ]);
});

Deno.test("scatterList()'s pieces are the range, whole and in order", () => {
  for (let start = 0n; start < 9n; start++) {
    for (let size = 0; size < 40; size++) {
      let next = start;
      for (const piece of scatterList(start, size, 8)) {
        assertEquals(piece.iova, next);
        assertEquals(piece.iova >> 3n, (piece.iova + BigInt(piece.size) - 1n) >> 3n);
        next += BigInt(piece.size);
      }
      assertEquals(next, start + BigInt(size));
    }
  }
});
