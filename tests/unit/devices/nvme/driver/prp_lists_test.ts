import { assertEquals } from "@std/assert";
import { listedBytes, PrpLists } from "../../../../../devices/nvme/driver/prp_lists.ts";
import { Machine } from "./machine.ts";

Deno.test("listedBytes() is what a page of addresses names", () => {
  assertEquals([listedBytes(4096), listedBytes(16384)], [2 ** 21, 2 ** 25]);
});

Deno.test("PrpLists.take() puts several lists into a page, and none across two", () => {
  using machine = new Machine();
  let pages = 0;
  const lists = new PrpLists(4096, 128 * 1024, () => {
    pages++;
    return machine.device.allocate(4096);
  });
  const addresses = Array.from({ length: 32 }, (_, i) => BigInt(i) << 40n);
  const taken = Array.from({ length: 17 }, () => lists.take(addresses));
  assertEquals(pages, 2);
  const iovas = taken.map((list) => lists.iova(list));
  assertEquals(new Set(iovas).size, 17);
  for (const iova of iovas) assertEquals(iova >> 12n, (iova + 255n) >> 12n);
  for (const list of taken) lists.give(list);
  for (let i = 0; i < 32; i++) lists.take(addresses);
  assertEquals(pages, 2);
  lists[Symbol.dispose]();
});

Deno.test("PrpLists has a page for each list of the longest transfer, and many lists of the shortest", () => {
  using machine = new Machine();
  for (const [maxTransfer, count, expected] of [[2 ** 21, 2, 2], [8192, 256, 1]] as const) {
    let pages = 0;
    using lists = new PrpLists(4096, maxTransfer, () => {
      pages++;
      return machine.device.allocate(4096);
    });
    for (let i = 0; i < count; i++) lists.take([0x1000n]);
    assertEquals(pages, expected);
  }
});
