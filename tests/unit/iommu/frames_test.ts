import { assertEquals } from "@std/assert";
import { addressOf, FRAME_LIMIT, frameOf, offsetInFrame } from "../../../iommu/frames.ts";
import { Random } from "./machine.ts";

Deno.test("frameOf(), offsetInFrame() and addressOf() are exact over all 64 bits", () => {
  const random = new Random(1);
  const addresses = [
    0n,
    1n,
    0xfffn,
    0x1000n,
    0xffff_ffffn,
    0x1_0000_0000n,
    2n ** 53n + 1n,
    2n ** 63n,
    2n ** 64n - 1n,
  ];
  for (let bits = 1; bits <= 64; bits++) {
    const high = BigInt(random.below(2 ** 32));
    addresses.push(((high << 32n) | BigInt(random.below(2 ** 32))) >> BigInt(64 - bits));
  }
  for (const address of addresses) {
    const frame = frameOf(address);
    assertEquals(BigInt(frame), address >> 12n);
    assertEquals(BigInt(offsetInFrame(address)), address & 0xfffn);
    assertEquals(addressOf(frame, offsetInFrame(address)), address);
    assertEquals(addressOf(frame), address - (address & 0xfffn));
  }
  assertEquals(frameOf(2n ** 64n - 1n), FRAME_LIMIT - 1);
});
