import { assertEquals } from "@std/assert";
import { NVME_ADMIN, NVME_FEATURE, NVME_IO, NVME_RANGE_SIZE } from "../../../../devices/mod.ts";
import { PAGE, pattern, Rig, statusOf } from "./rig.ts";

/** Where nothing is mapped. */
const NOWHERE = 0x7000_0000n;
const GET = { opcode: NVME_ADMIN.getFeatures, cdw10: NVME_FEATURE.numberOfQueues };

Deno.test("Data that cannot be reached end a command with an error, and the IOMMU tells where", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  for (const opcode of [NVME_IO.read, NVME_IO.write, NVME_IO.compare, NVME_IO.datasetManagement]) {
    const faults = rig.host.faults().length;
    const failed = pair.run({ opcode, nsid: 1, prp1: NOWHERE });
    assertEquals([statusOf(failed), failed.dnr], ["dataTransferError", false]);
    const [fault] = rig.host.faults().slice(faults);
    assertEquals([fault?.iova, fault?.write], [NOWHERE, opcode === NVME_IO.read]);
  }
  assertEquals(
    statusOf(rig.admin.run({ opcode: NVME_ADMIN.identify, prp1: NOWHERE, cdw10: 1 })),
    "dataTransferError",
  );
  const timestamp = { opcode: NVME_ADMIN.setFeatures, prp1: NOWHERE, cdw10: NVME_FEATURE.timestamp };
  assertEquals(statusOf(rig.admin.run(timestamp)), "dataTransferError");
  const log = { opcode: NVME_ADMIN.getLogPage, prp1: NOWHERE, cdw10: 0x7f_0002, nsid: 0xffff_ffff };
  assertEquals(statusOf(rig.admin.run(log)), "dataTransferError");
  assertEquals(rig.status.cfs, false);
});

Deno.test("A page list, or one page of many, that cannot be reached ends a command with an error", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const [data, list] = [rig.allocate(3 * PAGE), rig.allocate(PAGE)];
  data.bytes.set(pattern(3 * PAGE));
  const write = { opcode: NVME_IO.write, nsid: 1, prp1: data.iova, cdw12: 23 };
  assertEquals(statusOf(pair.run({ ...write, prp2: NOWHERE })), "dataTransferError");
  list.write64(0, data.iova + BigInt(PAGE));
  list.write64(8, NOWHERE);
  assertEquals(statusOf(pair.run({ ...write, prp2: list.iova })), "dataTransferError");
  const stored = new Uint8Array(3 * PAGE);
  rig.nvme.media().read(0, stored);
  assertEquals(stored, new Uint8Array(3 * PAGE), "nothing is written");
  list.write64(8, data.iova + BigInt(2 * PAGE));
  assertEquals(statusOf(pair.run({ ...write, prp2: list.iova })), "success");
});

Deno.test("Memory that the device may only read cannot be written", () => {
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const data = rig.device.allocate(PAGE, { write: false });
  assertEquals(statusOf(pair.run({ opcode: NVME_IO.write, nsid: 1, prp1: data.iova })), "success");
  assertEquals(statusOf(pair.run({ opcode: NVME_IO.read, nsid: 1, prp1: data.iova })), "dataTransferError");
});

Deno.test("A submission queue that cannot be reached is fatal", () => {
  using rig = new Rig();
  rig.enable();
  const { admin } = rig;
  admin.submissions[Symbol.dispose]();
  rig.doorbell(0, "tail", 1);
  rig.host.settle();
  assertEquals([rig.status.cfs, rig.status.rdy, admin.peek()], [true, true, undefined]);
  rig.doorbell(0, "tail", 2);
  rig.host.settle();
  assertEquals(rig.host.faults().length, 1, "nothing more is tried");
  rig.regs.cc.update({ en: false });
  rig.until("rdy", false);
  assertEquals(rig.status.cfs, false);
  rig.enable();
  assertEquals(statusOf(rig.admin.run(GET)), "success");
});

Deno.test("A completion queue that cannot be reached is fatal, and nothing more is done", () => {
  using rig = new Rig();
  rig.enable();
  const { vectors } = rig.device.enableInterrupts("msix", { count: 1 });
  const data = rig.allocate(PAGE);
  data.bytes.set(pattern(PAGE));
  const pair = rig.pair(1);
  vectors[0].read();
  pair.completions[Symbol.dispose]();
  pair.put({ opcode: 0x7f, nsid: 1 }); // ends first
  for (let i = 0; i < 3; i++) pair.put({ opcode: NVME_IO.write, nsid: 1, prp1: data.iova, cdw12: 7 });
  pair.ring();
  rig.until("cfs", true);
  rig.admin.submit(GET);
  rig.host.settle();
  assertEquals(rig.host.faults().length, 1);
  assertEquals(rig.admin.peek(), undefined);
  assertEquals(vectors[0].read(), 0);
  const stored = new Uint8Array(PAGE);
  rig.nvme.media().read(0, stored);
  assertEquals(stored, new Uint8Array(PAGE));
});

Deno.test("After a fatal error nothing is posted that waited for room", () => {
  using rig = new Rig();
  rig.enable();
  const [full, broken] = [rig.pair(1, 8, { completions: 2 }), rig.pair(2)];
  for (let i = 0; i < 3; i++) full.put({ opcode: NVME_IO.flush, nsid: 1 });
  full.ring();
  rig.host.settle();
  broken.completions[Symbol.dispose]();
  rig.doorbell(2, "tail", 1);
  rig.until("cfs", true);
  assertEquals(full.take()?.cid, 0);
  full.release();
  rig.host.settle();
  assertEquals(full.peek(), undefined);
});

Deno.test("Without bus mastering no memory is reached, nothing is blocked and nobody is interrupted", () => {
  using rig = new Rig();
  rig.enable();
  const { vectors } = rig.device.enableInterrupts("msix", { count: 1 });
  rig.device.config.command.update({ busMaster: false });
  rig.admin.submit(GET);
  rig.host.settle();
  assertEquals(rig.admin.peek(), undefined);
  assertEquals([rig.host.faults().length, vectors[0].read()], [0, 0]);
  // As QEMU's: it says that it cannot go on.
  assertEquals(rig.status.cfs, true);
});

Deno.test("Queues and data at the end of what an address can be are blocked, and nothing breaks", () => {
  const last = (1n << 64n) - BigInt(PAGE);
  using rig = new Rig();
  rig.enable();
  const pair = rig.pair(1);
  const range = { opcode: NVME_IO.datasetManagement, nsid: 1, cdw10: PAGE / NVME_RANGE_SIZE - 1 };
  assertEquals(statusOf(pair.run({ ...range, prp1: last + 4092n, prp2: last })), "dataTransferError");
  assertEquals(statusOf(pair.run({ ...range, prp1: last + 4092n, prp2: 0n })), "dataTransferError");
  rig.regs.cc.update({ en: false });
  rig.until("rdy", false);
  rig.regs.aqa.write({ asqs: 4095, acqs: 4095 });
  rig.regs.asq.write(last);
  rig.regs.acq.write(last);
  rig.regs.cc.write({ en: true });
  rig.until("rdy", true);
  rig.doorbell(0, "tail", 4095);
  rig.until("cfs", true);
});
