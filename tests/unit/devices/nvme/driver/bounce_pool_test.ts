import { assertEquals } from "@std/assert";
import type { DmaBuffer } from "../../../../../mod.ts";
import { BouncePool } from "../../../../../devices/nvme/driver/bounce_pool.ts";
import type { NvmeTransfer } from "../../../../../devices/nvme/driver/mod.ts";

Deno.test("BouncePool makes its memory at the first use, hands all of it out, and makes others wait in turn", async () => {
  const sizes: number[] = [];
  const offsets: number[] = [];
  const pool = new BouncePool(
    4096,
    (size) => {
      sizes.push(size);
      return {} as DmaBuffer;
    },
    (_buffer, offset) => {
      offsets.push(offset);
      return { offset } as NvmeTransfer;
    },
  );
  assertEquals(sizes, []);
  const pieces = await Promise.all(Array.from({ length: 16 }, () => pool.take()));
  assertEquals([sizes, new Set(pieces).size, offsets.at(-1)], [[65536], 16, 61440]);
  const order: number[] = [];
  const waiting = [0, 1].map((i) => pool.take().then((piece) => order.push(i, piece.offset)));
  const [first, second] = pieces;
  if (first !== undefined) pool.give(first);
  if (second !== undefined) pool.give(second);
  await Promise.all(waiting);
  assertEquals(order, [0, first?.offset, 1, second?.offset]);
});

Deno.test("BouncePool tries again when there was no memory", async () => {
  let fails = true;
  const pool = new BouncePool(
    4096,
    () => {
      if (fails) throw new Error("none left");
      return {} as DmaBuffer;
    },
    () => ({}) as NvmeTransfer,
  );
  const message = await pool.take().then(() => "", (error) => error.message);
  fails = false;
  await pool.take();
  assertEquals(message, "none left");
});
