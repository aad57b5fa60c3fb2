import { assertEquals } from "@std/assert";
import { NVME_ADMIN, NVME_COMMANDS, NVME_FEATURE, NVME_IO, packFields } from "../../../../devices/mod.ts";
import { PAGE, Pair, queueSize, Rig, statusOf } from "./rig.ts";

const FLUSH = { opcode: NVME_IO.flush, nsid: 1 };

Deno.test("EmulatedNvme turns the phase around each time it comes around a completion queue", () => {
  using rig = new Rig();
  rig.enable(4);
  const pair = rig.pair(1, 3, { completions: 5 });
  for (let i = 0; i < 17; i++) {
    const { cid, sqid, status, sqhd } = pair.run(FLUSH);
    assertEquals({ cid, sqid, status, sqhd }, { cid: i, sqid: 1, status: 0, sqhd: (i + 1) % 3 });
  }
});

Deno.test("EmulatedNvme tells in each completion how far it has fetched", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 8);
  for (let i = 0; i < 5; i++) pair.put(FLUSH);
  pair.ring();
  // All five are fetched before the first is done.
  for (let i = 0; i < 5; i++) assertEquals(pair.wait().sqhd, 5);
});

Deno.test("EmulatedNvme takes a whole submission queue at once, and no more", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 4, { completions: 16 });
  for (let i = 0; i < 3; i++) pair.put(FLUSH);
  pair.ring();
  for (let i = 0; i < 3; i++) assertEquals(pair.wait().cid, i);
  assertEquals(pair.peek(), undefined);
});

Deno.test("EmulatedNvme waits for room in a completion queue", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 16, { completions: 3 });
  for (let i = 0; i < 7; i++) pair.put(FLUSH);
  pair.ring();
  const seen: number[] = [];
  for (let round = 0; round < 4; round++) {
    rig.host.settle();
    for (let end = pair.take(); end !== undefined; end = pair.take()) seen.push(end.cid);
    assertEquals(seen.length, Math.min(7, 2 * (round + 1)), "one entry stays free");
    pair.release();
  }
  assertEquals(seen, [0, 1, 2, 3, 4, 5, 6]);
});

Deno.test("EmulatedNvme fetches no more of a queue than it has entries, until they complete", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 4, { completions: 2 });
  rig.admin.submit({ opcode: NVME_ADMIN.asyncEventRequest });
  // One completes, four are under way, three stay in the queue: the ninth does not fit.
  for (let i = 0; i < 9; i++) {
    rig.host.settle();
    assertEquals(rig.admin.peek(), undefined, `event at ${i}`);
    pair.submit(FLUSH);
  }
  assertEquals(statusOf(rig.admin.wait()), "success", "an invalid doorbell value");
  const ids: number[] = [];
  while (ids.length < 8) ids.push(pair.wait().cid);
  assertEquals(ids, [0, 1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("EmulatedNvme fetches on when commands complete", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 2, { completions: 16 });
  for (let i = 0; i < 3; i++) {
    pair.submit(FLUSH);
    rig.device.clock.pause(0.001);
  }
  rig.host.settle();
  assertEquals([pair.take()?.cid, pair.take()?.cid, pair.take()?.cid], [0, 1, 2]);
});

Deno.test("EmulatedNvme lets queues take turns", () => {
  using rig = new Rig();
  rig.enable();
  const completions = rig.pair(1, 8, { completions: 16 });
  const pairs = [completions, new Pair(rig, 2, 8), new Pair(rig, 3, 8)];
  for (const qid of [2, 3]) {
    const cdw11 = packFields(NVME_COMMANDS.createSubmissionQueue.cdw11, { cqid: 1, pc: true });
    const prp1 = pairs[qid - 1]?.submissions.iova ?? 0n;
    const create = { opcode: NVME_ADMIN.createSubmissionQueue, prp1, cdw10: queueSize(qid, 8), cdw11 };
    assertEquals(statusOf(rig.admin.run(create)), "success");
  }
  for (const pair of pairs) for (let i = 0; i < 3; i++) pair.put(FLUSH);
  for (const pair of pairs) pair.ring();
  const order = Array.from({ length: 9 }, () => completions.wait()).map(({ sqid, cid }) => [sqid, cid]);
  assertEquals(order, [[1, 0], [2, 0], [3, 0], [1, 1], [2, 1], [3, 1], [1, 2], [2, 2], [3, 2]]);
});

Deno.test("EmulatedNvme refuses an id that is in use, and the command that uses it goes on", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  for (let i = 0; i < 3; i++) pair.put({ ...FLUSH, cid: 7 });
  pair.ring();
  const ends = [pair.wait(), pair.wait(), pair.wait()];
  assertEquals(ends.map(({ cid }) => cid), [7, 7, 7]);
  assertEquals(ends.map(statusOf), ["commandIdConflict", "commandIdConflict", "success"]);
  assertEquals(statusOf(pair.run({ ...FLUSH, cid: 7 })), "success", "it is free again");
});

Deno.test("EmulatedNvme refuses commands that it does not know, and flags that it cannot do", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  for (const opcode of [0x03, 0x0d, 0x15, 0x18, 0x7c, 0x81, 0xc0]) {
    assertEquals(statusOf(rig.admin.run({ opcode })), "invalidOpcode");
  }
  for (const opcode of [0x04, 0x0c, 0x0d, 0x19, 0x80]) {
    assertEquals(statusOf(pair.run({ opcode, nsid: 1 })), "invalidOpcode");
  }
  for (const flags of [0x01, 0x02, 0x40, 0x80, 0xc0]) {
    const identify = { opcode: NVME_ADMIN.identify, flags, cdw10: 1, prp1: 0x10_0000n };
    assertEquals(statusOf(rig.admin.run(identify)), "invalidField");
    assertEquals(statusOf(pair.run({ ...FLUSH, flags })), "invalidField");
  }
});

Deno.test("EmulatedNvme works with doorbells that are further apart", () => {
  using rig = new Rig({ dstrd: 2 });
  rig.enable();
  const pair = rig.pair(64, 4);
  for (let i = 0; i < 9; i++) assertEquals(statusOf(pair.run(FLUSH)), "success");
  // Between them there is none.
  pair.put(FLUSH);
  rig.bar.write32(0x1000 + 64 * 2 * 16 + 4, 2);
  rig.host.settle();
  assertEquals(pair.peek(), undefined);
});

Deno.test("EmulatedNvme looks at the lower half of a doorbell", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 4);
  pair.put(FLUSH);
  rig.doorbell(1, "tail", 0xabcd_0001);
  assertEquals(statusOf(pair.wait()), "success");
});

Deno.test("EmulatedNvme completes side by side what takes long and what does not", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const data = rig.allocate(128 * PAGE);
  const list = rig.allocate(PAGE);
  for (let i = 0; i < 127; i++) list.write64(8 * i, data.iova + BigInt(PAGE * (i + 1)));
  const long = pair.put({ opcode: NVME_IO.read, nsid: 1, prp1: data.iova, prp2: list.iova, cdw12: 1023 });
  const short = pair.put(FLUSH);
  pair.ring();
  assertEquals([pair.wait().cid, pair.wait().cid], [short, long]);
});

Deno.test("EmulatedNvme takes any tail, head and entry that a host can think of, and goes on", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 16);
  let random = 1;
  const next = () => random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
  for (let i = 0; i < 300; i++) {
    for (let at = 0; at < 16 * 64; at += 4) pair.submissions.write32(at, next());
    rig.doorbell(1, "tail", next() >>> 27);
    rig.doorbell(1, "head", next() >>> 27);
    rig.doorbell(next() >>> 20 & 0x7f, "tail", next());
    rig.host.settle();
  }
  rig.regs.cc.update({ en: false });
  rig.until("rdy", false);
  rig.enable();
  const get = { opcode: NVME_ADMIN.getFeatures, cdw10: NVME_FEATURE.numberOfQueues };
  assertEquals(statusOf(rig.admin.run(get)), "success");
});
