import { assertEquals, assertThrows } from "@std/assert";
import { PrpLists } from "../../../../../devices/nvme/driver/prp_lists.ts";
import { NvmeTransfer } from "../../../../../devices/nvme/driver/transfer.ts";
import { Machine } from "./machine.ts";

const LIMITS = { pageSize: 4096, maxTransfer: 65536 };

Deno.test("NvmeTransfer names one page, two, or a list", () => {
  using machine = new Machine();
  const { device } = machine;
  const pages = device.allocate(4096);
  using lists = new PrpLists(4096, LIMITS.maxTransfer, () => pages);
  const buffer = device.allocate(32768, { iova: 0x7_1234_0000n });
  const prps = (offset: number, size: number) => {
    using transfer = new NvmeTransfer(buffer, offset, size, LIMITS, lists);
    const { firstLow, firstHigh, secondLow, secondHigh, listLow, listHigh } = transfer;
    return [firstLow, firstHigh, secondLow, secondHigh, listLow, listHigh];
  };
  assertEquals(prps(512, 512), [0x1234_0200, 7, 0, 0, 0, 0]);
  assertEquals(prps(512, 4096), [0x1234_0200, 7, 0x1234_1000, 7, 0, 0]);
  const list = Number(pages.iova);
  assertEquals(prps(4092, 4100 + 4), [0x1234_0ffc, 7, 0x1234_1000, 7, list, 0]);
  assertEquals([pages.read64(0), pages.read64(8), pages.read64(16)], [0x7_1234_1000n, 0x7_1234_2000n, 0n]);
});

Deno.test("NvmeTransfer has the halves of addresses as signed words: what a typed array stores is the same", () => {
  using machine = new Machine();
  using lists = new PrpLists(4096, LIMITS.maxTransfer, () => machine.device.allocate(4096));
  const buffer = machine.device.allocate(4096, { iova: 0x8000_0000n });
  using transfer = new NvmeTransfer(buffer, 0, 4096, LIMITS, lists);
  assertEquals([transfer.firstLow, transfer.firstHigh], [-0x8000_0000, 0]);
  assertEquals([...Uint32Array.of(transfer.firstLow)], [0x8000_0000]);
});

Deno.test("NvmeTransfer refuses what is not inside its buffer, unaligned, or more than one command moves", () => {
  using machine = new Machine();
  const buffer = machine.device.allocate(131072);
  using lists = new PrpLists(4096, LIMITS.maxTransfer, () => machine.device.allocate(4096));
  for (const [offset, size] of [[2, 512], [-4, 512], [131072, 512], [130_000, 4096], [0.5, 4]] as const) {
    assertThrows(() => new NvmeTransfer(buffer, offset, size, LIMITS, lists), RangeError, "a multiple of 4");
  }
  assertThrows(() => new NvmeTransfer(buffer, 0, 65537, LIMITS, lists), RangeError, "takes 65536 at most");
  assertThrows(() => new NvmeTransfer(buffer, 0, 0, LIMITS, lists), TypeError);
});

Deno.test("NvmeTransfer.bytes is detached with its buffer, and dispose gives the list back once", () => {
  using machine = new Machine();
  const buffer = machine.device.allocate(65536);
  let pages = 0;
  using lists = new PrpLists(4096, 2 ** 21, () => {
    pages++;
    return machine.device.allocate(4096);
  });
  const transfer = new NvmeTransfer(buffer, 4096, 32768, LIMITS, lists);
  assertEquals([transfer.bytes.length, transfer.iova], [32768, buffer.iova + 4096n]);
  transfer[Symbol.dispose]();
  transfer[Symbol.dispose]();
  const [a, b] = [lists.take([1n]), lists.take([1n])];
  assertEquals([a === b, pages], [false, 2]);
  const { bytes } = transfer;
  buffer[Symbol.dispose]();
  assertEquals(bytes.length, 0);
});
