import { assertEquals, assertThrows } from "@std/assert";
import type { NvmeTransfer } from "../../../../../devices/nvme/driver/mod.ts";
import { Submissions } from "../../../../../devices/nvme/driver/submissions.ts";
import { Ends } from "./machine.ts";

const TARGET = { id: 5, blockShift: 12 };
const MEMORY = {
  size: 16384,
  first: 4096,
  second: 8192,
  firstLow: 0x1000,
  firstHigh: 1,
  secondLow: 0x2000,
  secondHigh: 2,
  listLow: -0x1000,
  listHigh: 3,
} as unknown as NvmeTransfer;

/** A queue of four entries whose memory is full of other words than zeros at first. */
function made() {
  const words = new Uint32Array(64);
  return { words, queue: new Submissions(words, 4), ends: new Ends() };
}

Deno.test("Submissions.move() writes every word of a command", () => {
  const { words, queue, ends } = made();
  const id = queue.move(2, TARGET, MEMORY, 0x1_2345_6789, 1, ends, 0x4000_0000);
  assertEquals(
    [...words.subarray(0, 16)],
    [2 | (id << 16), 5, 0, 0, 0, 0, 0x1000, 1, 0, 0, 0x2345_6789, 1, 0x4000_0000, 0, 0, 0],
  );
  queue.move(1, TARGET, MEMORY, 7, 2, ends, 0);
  assertEquals([...words.subarray(22, 29)], [0x1000, 1, 0x2000, 2, 7, 0, 1]);
  queue.move(1, TARGET, MEMORY, 2n ** 64n - 1n, 4, ends, 0);
  assertEquals([...words.subarray(38, 45)], [0x1000, 1, 0xffff_f000, 3, 0xffff_ffff, 0xffff_ffff, 3]);
});

Deno.test("Submissions leaves nothing of an entry's last command in the next one", () => {
  const { words, queue, ends } = made();
  const foreign = new Uint32Array(16).fill(0xffff_ffff);
  const clean = new Uint32Array(16);
  for (let turn = 0; turn < 12; turn++) {
    queue.give(queue.copy(foreign, ends));
    for (
      const put of [
        () => queue.plain(0, 9, ends),
        () => queue.blocks(8, TARGET, 0, 1, ends),
        () => queue.plain(0, 9, ends),
        () => queue.move(2, TARGET, MEMORY, 0, 1, ends, 0),
        () => queue.plain(0, 9, ends),
      ]
    ) {
      const id = put();
      const at = [0, 16, 32, 48].find((each) => (words[each] ?? 0) >>> 16 === id && words[each + 2] === 0) ??
        0;
      const rare = [2, 3, 4, 5, 13, 14, 15].map((word) => words[at + word]);
      assertEquals(rare, [0, 0, 0, 0, 0, 0, 0]);
      if (words[at + 1] === 9) {
        clean.set([words[at] ?? 0, 9]);
        assertEquals(words.subarray(at, at + 16), clean);
      }
      queue.give(id);
    }
  }
});

Deno.test("Submissions.give() gives whom to tell of a command's end, whatever put it in", () => {
  const { queue, ends } = made();
  const puts = [
    () => queue.plain(0, 1, ends),
    () => queue.blocks(8, TARGET, 0, 1, ends),
    () => queue.move(2, TARGET, MEMORY, 0, 1, ends, 0),
    () => queue.copy(new Uint32Array(16), ends),
  ];
  for (const put of puts) assertEquals(queue.give(put()), ends);
  for (const put of puts.slice(1)) put();
  assertEquals([queue.used, ...puts.map((put) => put())], [3, -1, -1, -1, -1]);
});

Deno.test("Submissions puts nothing in for what a command cannot carry, nor for what would leave its memory", () => {
  const { queue, ends } = made();
  for (
    const [lba, blocks] of [[-1, 1], [0.5, 1], [2 ** 64, 1], [-1n, 1], [2n ** 64n, 1], [0, 0], [0, 1.5], [
      0,
      NaN,
    ]] as const
  ) {
    assertThrows(() => queue.move(2, TARGET, MEMORY, lba, blocks, ends, 0), RangeError);
    assertThrows(() => queue.blocks(8, TARGET, lba, blocks, ends), RangeError);
  }
  assertThrows(() => queue.move(2, TARGET, MEMORY, 2 ** 40, 5, ends, 0), RangeError, "20480 bytes");
  assertThrows(() => queue.blocks(8, TARGET, 0, 65_537, ends), RangeError);
  assertEquals(queue.used, 0);
});

Deno.test("Submissions.ring() tells of what is new, and begins anew after clear()", () => {
  const { queue, ends } = made();
  const told: [number, number][] = [];
  const bar = { write32: (offset: number, value: number) => told.push([offset, value]) };
  const ring = () => queue.ring(bar as unknown as Parameters<typeof queue.ring>[0], 0x1008);
  queue.plain(0, 1, ends);
  ring();
  ring();
  for (const id of queue.ids()) queue.give(id);
  queue.clear();
  ring();
  queue.plain(0, 1, ends);
  ring();
  assertEquals(told, [[0x1008, 1], [0x1008, 1]]);
});
