import { assertEquals } from "@std/assert";
import { registers } from "../../../../mod.ts";
import {
  NVME_ALL_NAMESPACES,
  NVME_COMMANDS,
  NVME_IO,
  NVME_RANGE,
  NVME_RANGE_SIZE,
  packFields,
} from "../../../../devices/mod.ts";
import type { Entry } from "./rig.ts";
import { PAGE, type Pair, pattern, Rig, statusOf } from "./rig.ts";

const NVM = [NVME_IO.read, NVME_IO.write, NVME_IO.compare, NVME_IO.writeZeroes] as const;

/** A command about blocks. */
function blocks(opcode: number, slba: bigint, count: number, more: Partial<Entry> = {}): Entry {
  return {
    opcode,
    nsid: 1,
    cdw10: Number(slba & 0xffff_ffffn),
    cdw11: Number(slba >> 32n),
    cdw12: packFields(NVME_COMMANDS.blocks.cdw12, { nlb: count - 1 }),
    ...more,
  };
}

function stored(rig: Rig, offset: number, size: number, nsid = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  rig.nvme.media(nsid).read(offset, bytes);
  return bytes;
}

/** Dataset Management about ranges of first block and count. */
function manage(rig: Rig, pair: Pair, ranges: readonly (readonly [bigint, number])[], ad = true): string {
  const list = rig.allocate(PAGE);
  for (const [i, [slba, nlb]] of ranges.entries()) {
    const range = registers(list, NVME_RANGE, i * NVME_RANGE_SIZE);
    range.slba.write(slba);
    range.nlb.write(nlb);
  }
  return statusOf(pair.run({
    opcode: NVME_IO.datasetManagement,
    nsid: 1,
    prp1: list.iova,
    cdw10: packFields(NVME_COMMANDS.datasetManagement.cdw10, { nr: ranges.length - 1 }),
    cdw11: packFields(NVME_COMMANDS.datasetManagement.cdw11, { ad }),
  }));
}

Deno.test("Write and Read move blocks of either size, and only those", () => {
  for (const lbaSize of [512, 4096] as const) {
    using rig = new Rig({ lbaSize });
    rig.enable();
    const pair = rig.pair(1);
    const data = rig.allocate(2 * PAGE);
    data.bytes.set(pattern(2 * PAGE));
    const count = PAGE / lbaSize;
    const write = blocks(NVME_IO.write, 3n, count, { prp1: data.iova });
    assertEquals(statusOf(pair.run(write)), "success");
    assertEquals(stored(rig, 3 * lbaSize, PAGE), pattern(PAGE));
    assertEquals(stored(rig, 0, 3 * lbaSize), new Uint8Array(3 * lbaSize));
    assertEquals(stored(rig, 3 * lbaSize + PAGE, PAGE), new Uint8Array(PAGE));
    data.bytes.fill(0xee);
    assertEquals(statusOf(pair.run(blocks(NVME_IO.read, 3n, count, { prp1: data.iova }))), "success");
    assertEquals(data.bytes.slice(0, PAGE), pattern(PAGE));
    assertEquals(data.bytes.slice(PAGE), new Uint8Array(PAGE).fill(0xee));
  }
});

Deno.test("Read and Write reach blocks beyond 2^32", () => {
  using rig = new Rig({ blocks: 2 ** 40 });
  rig.enable();
  const pair = rig.pair(1);
  const data = rig.allocate(PAGE);
  data.bytes.set(pattern(512));
  const last = 2n ** 40n - 1n;
  assertEquals(statusOf(pair.run(blocks(NVME_IO.write, last, 1, { prp1: data.iova }))), "success");
  assertEquals(stored(rig, (2 ** 40 - 1) * 512, 512), pattern(512));
});

Deno.test("Namespaces are apart", () => {
  using rig = new Rig({ namespaces: 2 });
  rig.enable();
  const pair = rig.pair(1);
  const data = rig.allocate(PAGE);
  data.bytes.set(pattern(512));
  assertEquals(statusOf(pair.run(blocks(NVME_IO.write, 0n, 1, { nsid: 2, prp1: data.iova }))), "success");
  assertEquals(stored(rig, 0, 512, 1), new Uint8Array(512));
  assertEquals(stored(rig, 0, 512, 2), pattern(512));
});

Deno.test("Commands about blocks refuse those that the namespace does not have", () => {
  using rig = new Rig({ blocks: 100 });
  rig.enable();
  const pair = rig.pair(1);
  const data = rig.allocate(PAGE);
  for (const opcode of NVM) {
    for (
      const [slba, count] of [[100n, 1], [99n, 2], [93n, 8], [1n << 63n, 1], [(1n << 64n) - 1n, 1]] as const
    ) {
      const refused = pair.run(blocks(opcode, slba, count, { prp1: data.iova }));
      assertEquals([statusOf(refused), refused.dnr], ["lbaOutOfRange", true], `${opcode} at ${slba}`);
    }
    assertEquals(statusOf(pair.run(blocks(opcode, 92n, 8, { prp1: data.iova }))), "success");
  }
});

Deno.test("Commands that move data refuse more than MDTS; Write Zeroes moves none", () => {
  using rig = new Rig({ mdts: 1 });
  rig.enable();
  const pair = rig.pair(1);
  const data = rig.allocate(4 * PAGE);
  const more = { prp1: data.iova, prp2: data.iova + BigInt(PAGE) };
  for (const opcode of [NVME_IO.read, NVME_IO.write, NVME_IO.compare]) {
    assertEquals(statusOf(pair.run(blocks(opcode, 0n, 16, more))), "success");
    assertEquals(statusOf(pair.run(blocks(opcode, 0n, 17, more))), "invalidField");
    assertEquals(statusOf(pair.run(blocks(opcode, 0n, 65536, more))), "invalidField");
  }
  assertEquals(statusOf(pair.run(blocks(NVME_IO.writeZeroes, 0n, 65536))), "success");
});

Deno.test("I/O commands refuse namespaces that are not there", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  for (const opcode of [...NVM, NVME_IO.flush, NVME_IO.datasetManagement]) {
    assertEquals(statusOf(pair.run({ opcode, nsid: 0 })), "invalidNamespaceOrFormat");
    assertEquals(statusOf(pair.run({ opcode, nsid: 257 })), "invalidNamespaceOrFormat");
    assertEquals(statusOf(pair.run({ opcode, nsid: 2 })), "invalidField");
    const all = opcode === NVME_IO.flush ? "success" : "invalidNamespaceOrFormat";
    assertEquals(statusOf(pair.run({ opcode, nsid: NVME_ALL_NAMESPACES })), all);
  }
  assertEquals(statusOf(pair.run({ opcode: NVME_IO.flush, nsid: 1 })), "success");
});

Deno.test("Write Zeroes makes zeros of its blocks, and only those", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const before = pattern(8 * 512);
  rig.nvme.media().write(0, before);
  assertEquals(statusOf(pair.run(blocks(NVME_IO.writeZeroes, 2n, 3))), "success");
  assertEquals(stored(rig, 0, 8 * 512), before.fill(0, 2 * 512, 5 * 512));
});

Deno.test("Compare tells whether the blocks are equal", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const data = rig.allocate(PAGE);
  rig.nvme.media().write(512, pattern(1024));
  data.bytes.set(pattern(1024));
  const compare = blocks(NVME_IO.compare, 1n, 2, { prp1: data.iova });
  assertEquals(statusOf(pair.run(compare)), "success");
  data.bytes[1023] = 0;
  const { more, dnr, ...differs } = pair.run(compare);
  assertEquals([statusOf({ more, dnr, ...differs }), more, dnr], ["compareFailure", true, true]);
});

Deno.test("Dataset Management deallocates ranges: they read as zeros", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const before = pattern(16 * 512);
  rig.nvme.media().write(0, before);
  assertEquals(manage(rig, pair, [[1n, 2], [8n, 1], [12n, 0]], false), "success", "advice alone");
  assertEquals(stored(rig, 0, 16 * 512), before);
  assertEquals(manage(rig, pair, [[1n, 2], [8n, 1], [12n, 0]]), "success");
  assertEquals(stored(rig, 0, 16 * 512), before.fill(0, 512, 3 * 512).fill(0, 8 * 512, 9 * 512));
});

Deno.test("Dataset Management takes 256 ranges, and does nothing when one of them cannot be", () => {
  using rig = new Rig({ blocks: 1000 });
  rig.enable();
  const pair = rig.pair(1);
  const before = pattern(512 * 512);
  rig.nvme.media().write(0, before);
  const ranges = Array.from({ length: 256 }, (_, i) => [BigInt(2 * i), 1] as const);
  for (const wrong of [[1000n, 1], [0n, 1001], [1n << 63n, 0xffff_ffff]] as const) {
    assertEquals(manage(rig, pair, [...ranges.slice(1), wrong]), "lbaOutOfRange");
  }
  assertEquals(stored(rig, 0, 512 * 512), before);
  assertEquals(manage(rig, pair, ranges), "success");
  for (let i = 0; i < 256; i++) before.fill(0, 2 * i * 512, (2 * i + 1) * 512);
  assertEquals(stored(rig, 0, 512 * 512), before);
});

Deno.test("Dataset Management and Write Zeroes cost nothing where nothing is", () => {
  using rig = new Rig({ blocks: 2 ** 43 });
  rig.enable();
  const pair = rig.pair(1);
  const ranges = Array.from({ length: 256 }, (_, i) => [BigInt(i) << 32n, 0xffff_ffff] as const);
  assertEquals(manage(rig, pair, ranges), "success");
});
