import { assertEquals } from "@std/assert";
import { NVME_ADMIN, NVME_COMMANDS, NVME_IO, packFields } from "../../../../devices/mod.ts";
import type { Completion } from "./rig.ts";
import { PAGE, queueSize, Rig, statusOf } from "./rig.ts";

const IOVA = 0x10_0000n;

interface Wish {
  readonly qid?: number;
  readonly entries?: number;
  readonly prp1?: bigint;
  readonly cqid?: number;
  readonly iv?: number;
  readonly pc?: boolean;
}

function createCompletions(rig: Rig, wish: Wish = {}): Completion {
  const { qid = 1, entries = 16, prp1 = IOVA, iv = 0, pc = true } = wish;
  return rig.admin.run({
    opcode: NVME_ADMIN.createCompletionQueue,
    prp1,
    cdw10: queueSize(qid, entries),
    cdw11: packFields(NVME_COMMANDS.createCompletionQueue.cdw11, { pc, iv }),
  });
}

function createSubmissions(rig: Rig, wish: Wish = {}): Completion {
  const { qid = 1, entries = 16, prp1 = IOVA, cqid = 1, pc = true } = wish;
  return rig.admin.run({
    opcode: NVME_ADMIN.createSubmissionQueue,
    prp1,
    cdw10: queueSize(qid, entries),
    cdw11: packFields(NVME_COMMANDS.createSubmissionQueue.cdw11, { pc, cqid }),
  });
}

function remove(rig: Rig, opcode: number, qid: number): string {
  return statusOf(rig.admin.run({ opcode, cdw10: qid }));
}

Deno.test("Create I/O Completion Queue refuses what cannot be", () => {
  using rig = new Rig({ queues: 4, entries: 64 });
  rig.enable();
  const refused: [Wish, string][] = [
    [{ qid: 0 }, "invalidQueueId"],
    [{ qid: 5 }, "invalidQueueId"],
    [{ qid: 0xffff }, "invalidQueueId"],
    [{ entries: 1 }, "invalidQueueSize"],
    [{ entries: 65 }, "invalidQueueSize"],
    [{ entries: 65536 }, "invalidQueueSize"],
    [{ prp1: IOVA + 64n }, "invalidPrpOffset"],
    [{ iv: 1 }, "invalidInterruptVector"], // MSI-X is not enabled
    [{ pc: false }, "invalidField"],
  ];
  for (const [wish, status] of refused) {
    const completion = createCompletions(rig, wish);
    assertEquals([statusOf(completion), completion.dnr], [status, true], JSON.stringify(wish.iv));
  }
  assertEquals(statusOf(createCompletions(rig, { entries: 64 })), "success");
  assertEquals(statusOf(createCompletions(rig)), "invalidQueueId", "it is there already");
});

Deno.test("Create I/O Completion Queue takes the vectors that there are", () => {
  using rig = new Rig();
  rig.enable();
  rig.device.enableInterrupts("msix", { count: 1 });
  assertEquals(statusOf(createCompletions(rig, { iv: 65 })), "invalidInterruptVector");
  assertEquals(statusOf(createCompletions(rig, { iv: 64 })), "success");
});

Deno.test("Create I/O Submission Queue refuses what cannot be", () => {
  using rig = new Rig({ queues: 4, entries: 64 });
  rig.enable();
  assertEquals(statusOf(createCompletions(rig)), "success");
  const refused: [Wish, string][] = [
    [{ cqid: 0 }, "invalidQueueId"],
    [{ cqid: 5 }, "invalidQueueId"],
    [{ cqid: 2 }, "invalidCompletionQueue"],
    [{ qid: 0 }, "invalidQueueId"],
    [{ qid: 5 }, "invalidQueueId"],
    [{ entries: 1 }, "invalidQueueSize"],
    [{ entries: 65 }, "invalidQueueSize"],
    [{ prp1: IOVA + 8n }, "invalidPrpOffset"],
    [{ pc: false }, "invalidField"],
  ];
  for (const [wish, status] of refused) assertEquals(statusOf(createSubmissions(rig, wish)), status);
  assertEquals(statusOf(createSubmissions(rig, { qid: 3, entries: 64 })), "success");
  assertEquals(statusOf(createSubmissions(rig, { qid: 3 })), "invalidQueueId", "it is there already");
});

Deno.test("Create I/O Queue needs the entries' sizes in CC", () => {
  using rig = new Rig();
  rig.enable();
  for (const wrong of [{ iosqes: 0 }, { iosqes: 7 }, { iocqes: 0 }, { iocqes: 5 }]) {
    rig.regs.cc.update({ iosqes: 6, iocqes: 4, ...wrong });
    assertEquals(statusOf(createCompletions(rig)), "invalidQueueSize");
  }
  rig.regs.cc.update({ iosqes: 6, iocqes: 4 });
  assertEquals(statusOf(createCompletions(rig)), "success");
});

Deno.test("Delete I/O Queue wants submission queues deleted first", () => {
  using rig = new Rig();
  rig.enable();
  const { deleteCompletionQueue, deleteSubmissionQueue } = NVME_ADMIN;
  createCompletions(rig);
  createSubmissions(rig, { qid: 1 });
  createSubmissions(rig, { qid: 2 });
  for (const opcode of [deleteCompletionQueue, deleteSubmissionQueue]) {
    for (const qid of [0, 3, 99]) assertEquals(remove(rig, opcode, qid), "invalidQueueId");
  }
  const early = rig.admin.run({ opcode: deleteCompletionQueue, cdw10: 1 });
  assertEquals([statusOf(early), early.dnr], ["invalidQueueDeletion", false]);
  assertEquals(remove(rig, deleteSubmissionQueue, 1), "success");
  assertEquals(remove(rig, deleteCompletionQueue, 1), "invalidQueueDeletion");
  assertEquals(remove(rig, deleteSubmissionQueue, 2), "success");
  assertEquals(remove(rig, deleteCompletionQueue, 1), "success");
  assertEquals(remove(rig, deleteSubmissionQueue, 1), "invalidQueueId");
  assertEquals(statusOf(createSubmissions(rig)), "invalidCompletionQueue");
});

Deno.test("Delete I/O Submission Queue ends what is under way there, before it completes itself", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const data = rig.allocate(PAGE);
  const read = { opcode: NVME_IO.read, nsid: 1, prp1: data.iova };
  const ids = [pair.put(read), pair.put(read), pair.put(read)];
  pair.ring();
  rig.device.clock.pause(0.002); // all are fetched, none is done
  assertEquals(pair.peek(), undefined);
  assertEquals(remove(rig, NVME_ADMIN.deleteSubmissionQueue, 1), "success");
  const ends = ids.map(() => pair.take());
  assertEquals(ends.map((end) => end?.cid), ids);
  assertEquals(
    ends.map((end) => end && statusOf(end)),
    ids.map(() => "abortedSubmissionQueueDeleted"),
  );
  assertEquals(ends[0]?.dnr, false);
  rig.host.settle();
  assertEquals(pair.peek(), undefined, "nothing comes after");
});

Deno.test("Delete I/O Submission Queue drops completions that found no room", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1, 8, { completions: 2 });
  for (let i = 0; i < 3; i++) pair.put({ opcode: NVME_IO.flush, nsid: 1 });
  pair.ring();
  rig.host.settle();
  assertEquals(remove(rig, NVME_ADMIN.deleteSubmissionQueue, 1), "success");
  assertEquals(pair.take()?.cid, 0);
  pair.release();
  rig.host.settle();
  assertEquals(pair.peek(), undefined);
});
