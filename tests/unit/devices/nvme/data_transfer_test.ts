import { assertEquals } from "@std/assert";
import type { DmaBuffer } from "../../../../mod.ts";
import { NVME_IO } from "../../../../devices/mod.ts";
import type { Completion } from "./rig.ts";
import { PAGE, type Pair, pattern, Rig, statusOf } from "./rig.ts";

const ENTRIES = PAGE / 8;

interface Shape {
  readonly size: number;
  readonly prp1: bigint;
  readonly prp2?: bigint;
}

function read(pair: Pair, { size, prp1, prp2 = 0n }: Shape): Completion {
  return pair.run({ opcode: NVME_IO.read, nsid: 1, prp1, prp2, cdw12: size / 512 - 1 });
}

function write(pair: Pair, { size, prp1, prp2 = 0n }: Shape): Completion {
  return pair.run({ opcode: NVME_IO.write, nsid: 1, prp1, prp2, cdw12: size / 512 - 1 });
}

/** A rig with a pair of queues, a medium full of a pattern, and memory whose pages are used in reverse. */
function setUp(pages: number): { rig: Rig; pair: Pair; data: DmaBuffer; page: (i: number) => bigint } {
  const rig = new Rig({ mdts: 9 });
  rig.enable();
  const pair = rig.pair(1);
  rig.nvme.media().write(0, pattern(pages * PAGE));
  const data = rig.allocate(pages * PAGE);
  data.bytes.fill(0xee);
  return { rig, pair, data, page: (i) => data.iova + BigInt((pages - 1 - i) * PAGE) };
}

/** What is at pages and offsets, in the order that they were given in. */
function collect(data: DmaBuffer, places: readonly (readonly [bigint, number])[]): Uint8Array {
  const parts = places.map(([iova, size]) => {
    const at = Number(iova - data.iova);
    return data.bytes.slice(at, at + size);
  });
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Writes list entries. */
function fill(list: DmaBuffer, at: number, entries: readonly bigint[]): void {
  for (const [i, entry] of entries.entries()) list.write64(at + 8 * i, entry);
}

Deno.test("PRP1 alone holds a page, from any multiple of 4 on", () => {
  const { rig, pair, data, page } = setUp(2);
  using _rig = rig;
  assertEquals(statusOf(read(pair, { size: PAGE, prp1: page(0) })), "success");
  assertEquals(collect(data, [[page(0), PAGE]]), pattern(PAGE));
  assertEquals(statusOf(read(pair, { size: 512, prp1: page(1) + 12n })), "success");
  assertEquals(collect(data, [[page(1) + 12n, 512]]), pattern(512));
  assertEquals(data.read8(11), 0xee);
  assertEquals(
    statusOf(read(pair, { size: 512, prp1: page(0) + 3584n, prp2: 1n })),
    "success",
    "PRP2 unused",
  );
  for (const odd of [1n, 2n, 3n]) {
    const refused = read(pair, { size: 512, prp1: page(0) + odd });
    assertEquals([statusOf(refused), refused.dnr], ["invalidPrpOffset", true]);
  }
});

Deno.test("PRP2 is the second page, and begins at its start", () => {
  const { rig, pair, data, page } = setUp(3);
  using _rig = rig;
  const offset = 1024;
  const prp1 = page(0) + BigInt(offset);
  assertEquals(statusOf(read(pair, { size: PAGE, prp1, prp2: page(2) })), "success");
  assertEquals(collect(data, [[prp1, PAGE - offset], [page(2), offset]]), pattern(PAGE));
  assertEquals(data.read8(offset), 0xee, "not more than was asked for");
  assertEquals(statusOf(read(pair, { size: 2 * PAGE, prp1: page(0), prp2: page(1) })), "success");
  assertEquals(collect(data, [[page(0), PAGE], [page(1), PAGE]]), pattern(2 * PAGE));
  for (const odd of [4n, 512n, 4092n]) {
    assertEquals(statusOf(read(pair, { size: PAGE, prp1, prp2: page(2) + odd })), "invalidPrpOffset");
  }
});

Deno.test("A list of pages begins anywhere in its own page", () => {
  const { rig, pair, data, page } = setUp(6);
  using _rig = rig;
  const list = rig.allocate(PAGE);
  const prp1 = page(0) + 3584n;
  for (const at of [0, 8, PAGE - 40]) {
    data.bytes.fill(0xee);
    fill(list, at, [1, 2, 3, 4, 5].map(page));
    const shape = { size: 512 + 4 * PAGE + 512, prp1, prp2: list.iova + BigInt(at) };
    assertEquals(statusOf(read(pair, shape)), "success");
    const places = [[prp1, 512], ...[1, 2, 3, 4].map((i) => [page(i), PAGE]), [page(5), 512]];
    assertEquals(collect(data, places as [bigint, number][]), pattern(shape.size));
  }
  for (const odd of [1n, 4n]) {
    const shape = { size: 3 * PAGE, prp1: page(0), prp2: list.iova + odd };
    assertEquals(statusOf(read(pair, shape)), "invalidPrpOffset");
  }
});

Deno.test("The last entry of a full page of a list is the next list, wherever the first begins", () => {
  const { rig, pair, data, page } = setUp(512);
  using _rig = rig;
  const medium = pattern(512 * PAGE);
  const list = rig.allocate(3 * PAGE);
  const pages = Array.from({ length: 511 }, (_, i) => page(i + 1));
  // From how many entries before the end of its page on the first list begins.
  for (const room of [1, 2, 256, ENTRIES]) {
    data.bytes.fill(0xee);
    list.bytes.fill(0);
    const at = PAGE - 8 * room;
    fill(list, at, pages.slice(0, room));
    if (room < 511) {
      fill(list, PAGE - 8, [list.iova + BigInt(2 * PAGE)]);
      fill(list, 2 * PAGE, pages.slice(room - 1));
    }
    const shape = { size: 512 * PAGE, prp1: page(0), prp2: list.iova + BigInt(at) };
    assertEquals(statusOf(read(pair, shape)), "success", `room for ${room}`);
    for (const i of [0, 1, room - 1, room, 510, 511]) {
      const expected = medium.slice(i * PAGE, i * PAGE + 64);
      if (i < 512) assertEquals(collect(data, [[page(i), 64]]), expected, `page ${i}, room for ${room}`);
    }
  }
});

Deno.test("Entries of lists are whole pages, as is the next list; else nothing is moved", () => {
  const { rig, pair, data, page } = setUp(6);
  using _rig = rig;
  const list = rig.allocate(2 * PAGE);
  const shape = { size: 5 * PAGE, prp1: page(0), prp2: list.iova };
  for (const wrong of [0, 3]) {
    const entries = [1, 2, 3, 4].map(page);
    entries[wrong] = (entries[wrong] ?? 0n) + 8n;
    fill(list, 0, entries);
    assertEquals(statusOf(read(pair, shape)), "invalidPrpOffset");
  }
  fill(list, PAGE - 16, [page(1), list.iova + BigInt(PAGE + 8)]);
  fill(list, PAGE + 8, [2, 3, 4].map(page));
  assertEquals(statusOf(read(pair, { ...shape, prp2: list.iova + BigInt(PAGE - 16) })), "invalidPrpOffset");
  assertEquals(data.bytes.every((byte) => byte === 0xee), true);
});

Deno.test("A list that points to itself comes to an end", () => {
  const { rig, pair, page } = setUp(6);
  using _rig = rig;
  const list = rig.allocate(PAGE);
  fill(list, 0, Array.from({ length: 512 }, () => list.iova));
  const shape = { size: 512 * PAGE, prp1: page(0), prp2: list.iova + BigInt(PAGE - 8) };
  assertEquals(statusOf(read(pair, shape)), "success");
});

Deno.test("Write takes data from the same places", () => {
  const { rig, pair, data, page } = setUp(6);
  using _rig = rig;
  data.bytes.set(pattern(6 * PAGE, 99));
  const list = rig.allocate(PAGE);
  fill(list, 0, [1, 2, 3].map(page));
  const prp1 = page(0) + 2048n;
  assertEquals(statusOf(write(pair, { size: 3 * PAGE, prp1, prp2: list.iova })), "success");
  const stored = new Uint8Array(3 * PAGE);
  rig.nvme.media().read(0, stored);
  const places: [bigint, number][] = [[prp1, 2048], [page(1), PAGE], [page(2), PAGE], [page(3), 2048]];
  assertEquals(stored, collect(data, places));
});
