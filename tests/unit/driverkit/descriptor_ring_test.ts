import { assertEquals, assertThrows } from "@std/assert";
import { DescriptorRing } from "../../../driverkit/descriptor_ring.ts";

Deno.test("DescriptorRing.take() gives entries in order, one less than there are, and goes around", () => {
  const ring = new DescriptorRing(new Uint32Array(12), { entries: 3, stride: 4 });
  assertEquals([ring.capacity, ring.tail, ring.used], [2, 0, 0]);
  assertEquals([ring.take(), ring.take(), ring.take()], [0, 4, -1]);
  assertEquals([ring.tail, ring.used], [2, 2]);
  ring.give(1);
  assertEquals([ring.take(), ring.tail], [8, 0]);
  ring.give(2);
  assertEquals([ring.take(), ring.used], [0, 1]);
});

Deno.test("DescriptorRing.give() refuses more than the device has", () => {
  const ring = new DescriptorRing(new Uint32Array(8), { entries: 2, stride: 4 });
  ring.take();
  for (const count of [2, -1, NaN]) assertThrows(() => ring.give(count), RangeError, "the device has 1");
  ring.give(1);
});

Deno.test("DescriptorRing.clear() begins anew with zeros, and leaves what lies behind the ring", () => {
  const words = new Uint32Array(9).fill(5);
  const ring = new DescriptorRing(words, { entries: 2, stride: 4 });
  ring.take();
  ring.clear();
  assertEquals([ring.tail, ring.used, [...words]], [0, 0, [0, 0, 0, 0, 0, 0, 0, 0, 5]]);
});

Deno.test("DescriptorRing refuses what does not fit its memory", () => {
  for (const [entries, stride] of [[1, 4], [3, 4], [2.5, 1], [2, 0], [0, 1]] as const) {
    assertThrows(
      () => new DescriptorRing(new Uint32Array(8), { entries, stride }),
      RangeError,
      "Cannot make a ring",
    );
  }
});
