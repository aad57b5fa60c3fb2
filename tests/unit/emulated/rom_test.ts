import { assertEquals } from "@std/assert";
import { romImageSize } from "../../../backends/emulated/vfio_pci/rom.ts";

/** A ROM of images, each of `blocks` times 512 bytes. */
function rom(
  size: number,
  images: readonly { readonly blocks: number; readonly last?: boolean }[],
): Uint8Array {
  const bytes = new Uint8Array(size).fill(0xff);
  let at = 0;
  for (const { blocks, last = false } of images) {
    bytes.set([0x55, 0xaa], at);
    bytes.set([0x1c, 0], at + 0x18);
    bytes.set([0x50, 0x43, 0x49, 0x52], at + 0x1c);
    bytes.set([blocks, 0], at + 0x1c + 0x10);
    bytes[at + 0x1c + 0x15] = last ? 0x80 : 0;
    at += blocks * 512;
  }
  return bytes;
}

function sizeOf(bytes: Uint8Array): number {
  return romImageSize(bytes.length, (offset) => bytes[offset] ?? 0xff);
}

Deno.test("romImageSize() adds images up to the last one", () => {
  assertEquals(sizeOf(rom(8192, [{ blocks: 2 }, { blocks: 3, last: true }])), 2560);
  assertEquals(sizeOf(rom(8192, [{ blocks: 2, last: true }, { blocks: 3 }])), 1024);
});

Deno.test("romImageSize() accepts nothing without a signature, or whose structure lies outside", () => {
  assertEquals(sizeOf(new Uint8Array(4096).fill(0xff)), 0);
  const bytes = rom(4096, [{ blocks: 2, last: true }]);
  bytes.set([0xff, 0xff], 0x18);
  assertEquals(sizeOf(bytes), 0);
});

Deno.test("romImageSize() never tells more than there is", () => {
  assertEquals(sizeOf(rom(4096, [{ blocks: 200, last: true }])), 4096);
});
