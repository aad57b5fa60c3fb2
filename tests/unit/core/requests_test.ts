import { assertEquals, assertThrows } from "@std/assert";
import { readBitmap, readIrqs, readMap, readUnmap } from "../../../core/requests.ts";

Deno.test("readMap() implies nothing and reads each option once", () => {
  let reads = 0;
  const request = {
    iova: 0n,
    vaddr: 4096n,
    size: 4096n,
    get read(): boolean {
      reads++;
      return true;
    },
  };
  assertEquals(readMap(request), {
    iova: 0n,
    vaddr: 4096n,
    size: 4096n,
    read: true,
    write: false,
    updateVaddr: false,
  });
  assertEquals(reads, 1);
  assertThrows(() => readMap({ ...request, iova: -1n }), TypeError, "iova");
});

Deno.test("readUnmap() keeps wrong combinations for the kernel to judge", () => {
  assertEquals(readUnmap({ iova: 1n, size: 0n, all: true }), {
    iova: 1n,
    size: 0n,
    all: true,
    invalidateVaddr: false,
    dirty: undefined,
  });
});

Deno.test("readBitmap() refuses a page size of 0, which the kernel would shift by", () => {
  assertThrows(() => readBitmap({ pageSize: 0n, data: new Uint8Array(8) }), TypeError, "pageSize");
});

Deno.test("readIrqs() reads the three forms", () => {
  assertEquals(readIrqs({ index: 1, action: "trigger", none: 3 }), {
    index: 1,
    start: 0,
    action: "trigger",
    count: 3,
    data: { kind: "none" },
  });
  assertEquals(readIrqs({ index: 2, start: 4, action: "trigger", bools: [true, false] }).count, 2);
  assertEquals(readIrqs({ index: 0, action: "unmask", signals: [null] }).data, {
    kind: "signals",
    signals: [null],
  });
  assertThrows(() => readIrqs({ index: 0, action: "explode" as "mask", none: 1 }), TypeError, "action");
  assertThrows(() => readIrqs({ index: -1, action: "mask", none: 1 }), TypeError, "index");
});
