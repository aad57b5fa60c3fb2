import { assertEquals } from "@std/assert";
import { bitmapBytes, DirtyBits } from "../../../iommu/dirty_bits.ts";

function yes(): boolean {
  return true;
}

function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

Deno.test("bitmapBytes() counts whole words of 64 bits", () => {
  assertEquals([0n, 1n, 64n, 65n, 0x7fff_ffffn].map(bitmapBytes), [0n, 8n, 8n, 16n, 0x1000_0000n]);
});

Deno.test("DirtyBits.copyTo() sets a bit a page, from the mapping's first page on", () => {
  const data = new Uint8Array(32);
  assertEquals(new DirtyBits(16).copyTo(data, 0, yes), true);
  assertEquals(hex(data.subarray(0, 8)), "ffff000000000000");
  data.fill(0);
  new DirtyBits(16).copyTo(data, 16, yes);
  assertEquals(hex(data), "0000ffff00000000".padEnd(64, "0"));
  data.fill(0);
  new DirtyBits(70).copyTo(data, 126, yes);
  assertEquals(hex(data), "0000000000000000" + "00000000000000c0" + "ffffffffffffffff" + "0f00000000000000");
});

Deno.test("DirtyBits.copyTo() ORs the word its first page is in, and replaces those after it", () => {
  const data = new Uint8Array(16).fill(0xa5);
  new DirtyBits(64).copyTo(data, 4, yes);
  assertEquals(hex(data), "f5ffffffffffffff" + "0f00000000000000");
  data.fill(0xa5);
  new DirtyBits(8).copyTo(data, 0, yes);
  assertEquals(hex(data), "ff00000000000000" + "a5a5a5a5a5a5a5a5", "on a word's border nothing is OR-ed");
});

Deno.test("DirtyBits.clear() leaves what was shifted past the mapping's end, as the kernel does", () => {
  const bits = new DirtyBits(16);
  const data = new Uint8Array(8);
  bits.copyTo(data, 16, yes);
  bits.clear();
  data.fill(0);
  bits.copyTo(data, 0, yes);
  assertEquals(hex(data), "ffffffff00000000");
});

Deno.test("DirtyBits.copyTo() writes nothing where it must not", () => {
  const data = new Uint8Array(24);
  const asked: number[] = [];
  const refuse = (bytes: Uint8Array) => {
    asked.push(bytes.byteOffset, bytes.byteLength);
    return false;
  };
  assertEquals(new DirtyBits(70).copyTo(data, 64, refuse), false);
  assertEquals(asked, [8, 16]);
  assertEquals(hex(data), "".padEnd(48, "0"));
});
