import { assertEquals } from "@std/assert";
import { NVME_ADMIN, NVME_COMMANDS, NVME_IO, packFields } from "../../../../devices/mod.ts";
import { PAGE, pattern, Rig, statusOf } from "./rig.ts";

const { abort, asyncEventRequest, formatNvm } = NVME_ADMIN;

function abortOf(sqid: number, cid: number): { opcode: number; cdw10: number } {
  return { opcode: abort, cdw10: packFields(NVME_COMMANDS.abort.cdw10, { sqid, cid }) };
}

Deno.test("Abort ends a command under way, which then has no effect", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const data = rig.allocate(16 * PAGE);
  data.bytes.set(pattern(PAGE));
  const list = rig.allocate(PAGE);
  for (let i = 0; i < 15; i++) list.write64(8 * i, data.iova + BigInt(PAGE * (i + 1)));
  const cid = pair.submit({
    opcode: NVME_IO.write,
    nsid: 1,
    prp1: data.iova,
    prp2: list.iova,
    cdw12: 127,
  });
  const { status, result } = rig.admin.run(abortOf(1, cid));
  assertEquals([status, result], [0, 0]);
  const aborted = pair.wait();
  assertEquals([aborted.cid, statusOf(aborted), aborted.dnr], [cid, "abortRequested", false]);
  rig.host.settle();
  assertEquals(pair.peek(), undefined);
  const stored = new Uint8Array(PAGE);
  rig.nvme.media().read(0, stored);
  assertEquals(stored, new Uint8Array(PAGE));
});

Deno.test("Abort tells when there was nothing to abort", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const { cid } = pair.run({ opcode: NVME_IO.flush, nsid: 1 });
  for (const id of [cid, 99]) {
    const { status, result } = rig.admin.run(abortOf(1, id));
    assertEquals([status, result], [0, 1]);
  }
  const nowhere = rig.admin.run(abortOf(5, 0));
  assertEquals([statusOf(nowhere), nowhere.result], ["invalidField", 1]);
});

Deno.test("Abort takes an event request back", () => {
  using rig = new Rig();
  rig.enable();
  const cid = rig.admin.submit({ opcode: asyncEventRequest });
  rig.host.settle();
  rig.admin.submit(abortOf(0, cid));
  const [request, own] = [rig.admin.wait(), rig.admin.wait()];
  assertEquals([request.cid, statusOf(request)], [cid, "abortRequested"]);
  assertEquals([own.status, own.result], [0, 0]);
  rig.doorbell(9, "tail", 1);
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined, "nobody waits any more");
});

Deno.test("Abort does not end a format that has begun, nor itself", () => {
  using rig = new Rig();
  rig.enable();
  const format = rig.admin.submit({ opcode: formatNvm, nsid: 1 });
  rig.device.clock.pause(1);
  const { status, result } = rig.admin.run(abortOf(0, format));
  assertEquals([status, result], [0, 1]);
  assertEquals(statusOf(rig.admin.wait()), "success");
  const own = rig.admin.run({ ...abortOf(0, 77), cid: 77 });
  assertEquals([own.status, own.result], [0, 1]);
});

Deno.test("Abort has a limit of four at a time", () => {
  using rig = new Rig();
  rig.enable();
  for (let i = 0; i < 6; i++) rig.admin.put(abortOf(0, 99));
  rig.admin.ring();
  const ends = Array.from({ length: 6 }, () => rig.admin.wait()).sort((a, b) => a.cid - b.cid).map(statusOf);
  assertEquals(ends.filter((end) => end === "success").length, 4);
  assertEquals(ends.filter((end) => end === "abortLimitExceeded").length, 2);
});
